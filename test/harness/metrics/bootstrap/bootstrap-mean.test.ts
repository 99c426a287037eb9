import test from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { bootstrapMeanSteps } from '../../../../harness/metrics/bootstrap/bootstrap-mean.ts';
import { featureSetFromArray } from '../../../../harness/metrics/feature-set.ts';
import { kernelDistance } from '../../../../harness/metrics/kernel-distance.ts';
import { toEnd } from '../../../../harness/metrics/steps.ts';
import { createStream } from '../../../../harness/tensor/random.ts';

const bootstrapMean = (...parameters: Parameters<typeof bootstrapMeanSteps>) =>
	toEnd(bootstrapMeanSteps(...parameters));

const options = { seed: 1, replicates: 400, name: 'test' };

test('95 % intervals of the mean of skewed values hold the true mean about that often', t => {
	let covered = 0;
	for (let trial = 0; trial < 300; trial++) {
		const stream = createStream(trial + 1, 'exponential');
		const values = Float64Array.from({ length: 60 }, () => -Math.log(1 - stream.uniform()));
		const { low, high } = bootstrapMean(values, { ...options, seed: trial + 1, replicates: 200 });
		if (low <= 1 && 1 <= high) covered += 1;
	}
	// Expected a little below 95 % for 60 skewed values.
	t.true(covered / 300 > 0.88 && covered / 300 < 0.98, `${covered / 300}`);
});

test('the interval is as wide as theory says', t => {
	const values = createStream(4, 'normals').normals(400);
	const { low, high } = bootstrapMean(values, { ...options, replicates: 4000, confidence: 0.9 });
	t.true(Math.abs((high - low) / ((2 * 1.645) / 20) - 1) < 0.1, `${high - low}`);
	const mean = values.reduce((sum, value) => sum + value, 0) / 400;
	t.true(low < mean && mean < high);
});

test('blocks of the kernel distance give an interval that holds the distance of endless images', t => {
	// N(0, 1) against N(0.5, 1) in one dimension, k(x, y) = (xy + 1)³: E k = 1 + 3 E(xy)² + 3 E xy + E(xy)³
	// with moments m1, m2, m3 of each side: k = 1 + 3 m1 m1' + 3 m2 m2' + m3 m3'.
	const moments = (mean: number) => [mean, 1 + mean ** 2, 3 * mean + mean ** 3];
	const kernel = (a: readonly number[], b: readonly number[]) =>
		1 + 3 * a[0] * b[0] + 3 * a[1] * b[1] + a[2] * b[2];
	const [p, q] = [moments(0), moments(0.5)];
	const truth = kernel(p, p) + kernel(q, q) - 2 * kernel(p, q);
	let covered = 0;
	for (let trial = 0; trial < 60; trial++) {
		const draw = (name: string, shift: number) =>
			createStream(trial + 1, name)
				.normals(1200)
				.map(value => value + shift);
		const { estimates } = kernelDistance(
			featureSetFromArray(draw('real', 0), 1, { batchRows: 1200 }),
			featureSetFromArray(draw('fake', 0.5), 1, { batchRows: 1200 }),
			{ maximumBlockSize: 30 },
		);
		const { low, high } = bootstrapMean(estimates, options);
		if (low <= truth && truth <= high) covered += 1;
	}
	t.true(covered >= 50, `${covered} of 60`);
});

test('equal seeds give equal intervals, other names or seeds other ones', t => {
	const values = createStream(4, 'normals').normals(50);
	const first = bootstrapMean(values, options);
	t.deepEqual(bootstrapMean(values, options), first);
	t.notDeepEqual(bootstrapMean(values, { ...options, seed: 2 }), first);
	t.notDeepEqual(bootstrapMean(values, { ...options, name: 'other' }), first);
});

test('a handful of values is refused', t => {
	t.throws(() => bootstrapMean([1, 2, 3], { ...options, name: 'kernel distance' }), {
		instanceOf: UsageError,
		message: 'kernel distance: expected at least 8 values to resample, got 3',
	});
});
