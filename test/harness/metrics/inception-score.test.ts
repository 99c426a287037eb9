import test from 'ava';
import { RunFailedError, UsageError } from '../../../harness/errors.ts';
import { inceptionScore } from '../../../harness/metrics/inception-score.ts';
import { wave } from './wave.ts';

const near = (actual: number, expected: number, tolerance: number): boolean =>
	Math.abs(actual - expected) <= tolerance;

/** Image i is class i mod `classes` beyond doubt. */
const sureLogits = (count: number, classes: number): Float32Array =>
	Float32Array.from({ length: count * classes }, (_, index) =>
		index % classes === Math.floor(index / classes) % classes ? 1000 : 0,
	);

test('one class for all images, and no idea for all images, give 1', t => {
	t.true(near(inceptionScore(new Float32Array(70), { classes: 7 }).mean, 1, 1e-14));
	t.true(near(inceptionScore(sureLogits(1, 7), { classes: 7 }).mean, 1, 1e-14));
});

test('sure and balanced over k classes give k', t => {
	t.true(near(inceptionScore(sureLogits(50, 10), { classes: 10 }).mean, 10, 1e-12));
});

test('a single split and four splits agree with NumPy', t => {
	// ci/golden/metrics-scores.py
	const logits = wave(90, 5, 0.2, 0.8, 0.1);
	t.true(near(inceptionScore(logits, { classes: 5 }).mean, 2.009923402413349, 1e-9));
	const { values, mean } = inceptionScore(logits, { classes: 5, splits: 4 });
	const expected = [2.098423599978736, 2.18065950935006, 1.741857165855434, 1.9110754801331802];
	t.true(values.length === 4 && expected.every((value, split) => near(values[split], value, 1e-9)));
	t.true(near(mean, expected.reduce((sum, value) => sum + value) / 4, 1e-9));
});

test('splits of sure, unbalanced images see only their own marginal', t => {
	// First half class 0, second half class 1: each half alone is one class.
	const logits = Float32Array.from({ length: 40 }, (_, index) =>
		index % 2 === Number(index >= 20) ? 99 : 0,
	);
	t.true(near(inceptionScore(logits, { classes: 2 }).mean, 2, 1e-12));
	t.true(near(inceptionScore(logits, { classes: 2, splits: 2 }).mean, 1, 1e-12));
});

test('logits of any size do not overflow', t => {
	const logits = Float32Array.of(3e38, -3e38, -3e38, 3e38);
	t.true(near(inceptionScore(logits, { classes: 2 }).mean, 2, 1e-12));
});

test('bad input is refused', t => {
	t.throws(() => inceptionScore(Float32Array.of(0, 1, Number.NaN, 3), { classes: 2 }), {
		instanceOf: RunFailedError,
		message: 'logits: expected finite numbers, got NaN for image 1',
	});
	t.throws(() => inceptionScore(new Float32Array(7), { classes: 2 }), {
		instanceOf: UsageError,
		message: 'logits: expected a multiple of 2 classes, got 7 values',
	});
	t.throws(() => inceptionScore(new Float32Array(0), { classes: 2 }), {
		instanceOf: UsageError,
		message: 'images: expected at least 1, got 0',
	});
	t.throws(() => inceptionScore(new Float32Array(4), { classes: 2, splits: 3 }), {
		instanceOf: UsageError,
		message: 'splits: expected a whole number from 1 to 2, got 3',
	});
});
