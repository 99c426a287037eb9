import test from 'ava';
import { labelSampler } from '../../../harness/tensor/categorical.ts';
import { createStream, type Stream } from '../../../harness/tensor/random.ts';

function chiSquare(histogram: readonly number[], draws: number): number {
	const total = histogram.reduce((sum, weight) => sum + weight, 0);
	const stream = createStream(3, 'labels');
	const sample = labelSampler(histogram);
	const counts = histogram.map(() => 0);
	for (let draw = 0; draw < draws; draw++) counts[sample(stream)]++;
	return counts.reduce((sum, count, label) => {
		const expected = (draws * histogram[label]) / total;
		return sum + (count - expected) ** 2 / expected;
	}, 0);
}

test('draws follow the histogram', t => {
	// Quantiles 1 - 1e-6 of chi-square with 3 and 49 degrees of freedom: ci/golden/clustering-quality.py
	t.true(chiSquare([0.1, 0.2, 0.3, 0.4], 100_000) < 30.67);
	t.true(
		chiSquare(
			Array.from({ length: 50 }, (_, label) => 1 + label * label),
			200_000,
		) < 111.14,
	);
});

test('a wrong distribution is told apart from the right one', t => {
	const stream = createStream(3, 'labels');
	const sample = labelSampler([1, 1]);
	let ones = 0;
	for (let draw = 0; draw < 10_000; draw++) ones += sample(stream);
	// 0.5 ± 5 standard errors, which excludes the 0.4 of another histogram.
	t.true(Math.abs(ones / 10_000 - 0.5) < 0.025);
});

const streamOf = (uniform: number): Stream => ({ ...createStream(1), uniform: () => uniform });

test('labels of weight 0 are never drawn, at neither end of the interval', t => {
	const sample = labelSampler(Float64Array.of(0, 0.5, 0, 0.5, 0));
	t.is(sample(streamOf(0)), 1);
	t.is(sample(streamOf(0.4999)), 1);
	t.is(sample(streamOf(0.5)), 3);
	t.is(sample(streamOf(1 - 2 ** -53)), 3);
	t.is(labelSampler([0, 1e-300, 0])(streamOf(1 - 2 ** -53)), 1);
});

test('counts and probabilities of the same distribution give the same draws', t => {
	const [counts, probabilities] = [labelSampler([1, 3]), labelSampler([0.25, 0.75])];
	const [first, second] = [createStream(5), createStream(5)];
	for (let draw = 0; draw < 100; draw++) t.is(counts(first), probabilities(second));
});

test('a draw takes one number of the stream', t => {
	const [used, reference] = [createStream(5), createStream(5)];
	labelSampler([1, 1, 1])(used);
	reference.uniform();
	t.is(used.bits(), reference.bits());
});

test('weights without a distribution are refused', t => {
	for (const histogram of [[], [0, 0]]) {
		t.throws(() => labelSampler(histogram), {
			instanceOf: RangeError,
			message: 'histogram: expected a weight above 0, got none',
		});
	}
	t.throws(() => labelSampler([0.5, -0.1]), {
		instanceOf: RangeError,
		message: 'histogram[1]: expected a finite number from 0 on, got -0.1',
	});
	t.throws(() => labelSampler([Number.NaN]), { instanceOf: RangeError, message: /got NaN/u });
});
