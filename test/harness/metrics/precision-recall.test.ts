import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { featureSetFromArray } from '../../../harness/metrics/feature-set.ts';
import { type PrecisionRecallOptions, precisionRecall } from '../../../harness/metrics/precision-recall.ts';
import { countNativeTensors } from '../../../harness/tensor/float64.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { hashFeatures } from './hash-features.ts';

function scoresOf(
	real: Float32Array,
	fake: Float32Array,
	dimension: number,
	options: PrecisionRecallOptions = {},
): number[] {
	const { precision, recall, density, coverage } = precisionRecall(
		featureSetFromArray(real, dimension, { batchRows: 90 }),
		featureSetFromArray(fake, dimension, { batchRows: 70 }),
		{ blockRows: 128, ...options },
	);
	return [precision, recall, density, coverage];
}

const near = (actual: readonly number[], expected: readonly number[]): boolean =>
	actual.length === expected.length &&
	expected.every((value, index) => Math.abs(actual[index] - value) < 1e-12);

// All golden values: ci/golden/metrics-features.py
test('continuous features agree with brute force in NumPy', t => {
	const [real, fake] = [hashFeatures(400, 24, 8), hashFeatures(300, 24, 9, { decay: 0.004, shift: 0.05 })];
	t.true(near(scoresOf(real, fake, 24), [0.9066666666666666, 0.83, 1.2026666666666668, 0.98]));
	t.true(
		near(
			scoresOf(real, fake, 24, { neighbours: 3, inclusive: true }),
			[0.8433333333333334, 0.725, 1.1877777777777778, 0.875],
		),
	);
});

test('points of a grid, where radii and distances are equal everywhere, agree with NumPy', t => {
	// Python rounds halves to even; none occur among these values.
	const real = hashFeatures(300, 3, 10).map(value => Math.round(value * 2));
	const fake = hashFeatures(200, 3, 11).map(value => Math.round(value * 2 + 0.5));
	t.true(near(scoresOf(real, fake, 3), [0.97, 0.98, 0.576, 0.6966666666666667]));
	t.true(
		near(
			scoresOf(real, fake, 3, { neighbours: 3, inclusive: true }),
			[0.985, 0.9866666666666667, 1.64, 0.9166666666666666],
		),
	);
});

test('the size of the tiles does not matter', t => {
	const [real, fake] = [hashFeatures(40, 5, 1), hashFeatures(30, 5, 2)];
	const whole = scoresOf(real, fake, 5);
	for (const blockRows of [7, 30, 40]) t.deepEqual(scoresOf(real, fake, 5, { blockRows }), whole);
});

test('points by hand', t => {
	// Real 0, 1, 3 with k = 1: radii 1, 1, 2. Fake 0.5, 9, 10: radii 8.5, 1, 1.
	const result = precisionRecall(
		featureSetFromArray(Float32Array.of(0, 1, 3), 1),
		featureSetFromArray(Float32Array.of(0.5, 9, 10), 1),
		{ neighbours: 1 },
	);
	t.deepEqual([...result.realBallsOfFake], [2, 0, 0]);
	t.deepEqual([...result.fakesInRealBall], [1, 1, 0]);
	t.deepEqual([...result.fakeBallsOfReal], [1, 1, 1]);
	t.deepEqual([result.precision, result.recall, result.density, result.coverage], [1 / 3, 1, 2 / 3, 2 / 3]);
});

test('a collapsed generator has precision without recall, a far one has nothing', t => {
	const real = hashFeatures(60, 4, 1);
	const collapsed = new Float32Array(60 * 4);
	for (let row = 0; row < 60; row++) collapsed.set(real.subarray(0, 4), row * 4);
	const [precision, recall, , coverage] = scoresOf(real, collapsed, 4);
	t.is(precision, 1);
	t.is(recall, 0);
	t.true(coverage < 0.2);
	t.deepEqual(
		scoresOf(
			real,
			real.map(value => value + 100),
			4,
		),
		[0, 0, 0, 0],
	);
});

test('k that no image has so many neighbours for is refused', t => {
	const [real, fake] = [new Float32Array(9), Float32Array.of(1, 2, 3)];
	for (const neighbours of [0, 3, 1.5]) {
		t.throws(() => scoresOf(real, fake, 1, { neighbours }), {
			instanceOf: UsageError,
			message: `neighbours: expected a whole number from 1 to 2, one less than the images of the smaller set, got ${neighbours}`,
		});
	}
});

test('progress never falls and ends at 1', t => {
	const seen: number[] = [];
	scoresOf(hashFeatures(40, 5, 1), hashFeatures(30, 5, 2), 5, {
		blockRows: 16,
		onProgress: fraction => seen.push(fraction),
	});
	t.true(seen.every((fraction, index) => index === 0 || fraction >= seen[index - 1]));
	t.is(seen.at(-1), 1);
});

test('no tensor is left behind', t => {
	tf.zeros([1]).dispose();
	const before = [tf.memory().numTensors, countNativeTensors()];
	scoresOf(hashFeatures(40, 5, 1), hashFeatures(30, 5, 2), 5, { blockRows: 16 });
	t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
});
