import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { featureSetFromArray } from '../../../harness/metrics/feature-set.ts';
import { kernelDistance, kernelDistanceOfSubsets } from '../../../harness/metrics/kernel-distance.ts';
import { countNativeTensors } from '../../../harness/tensor/float64.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { hashFeatures } from './hash-features.ts';

const near = (actual: number, expected: number): boolean =>
	Math.abs(actual - expected) <= 1e-11 * Math.abs(expected);

const real = featureSetFromArray(hashFeatures(500, 16, 6, { decay: 0.05 }), 16, { batchRows: 64 });
const fake = featureSetFromArray(hashFeatures(300, 16, 7, { decay: 0.02, shift: 0.2 }), 16, {
	batchRows: 111,
});

test('one block is the unbiased estimate of NumPy', t => {
	// ci/golden/metrics-features.py
	const { mean, estimates, spread } = kernelDistance(real, fake);
	t.true(near(mean, 0.26555871595293956), `${mean}`);
	t.deepEqual(estimates, [mean]);
	t.is(spread, null);
});

test('blocks and their standard error agree with NumPy', t => {
	const { mean, estimates, spread } = kernelDistance(real, fake, { maximumBlockSize: 125 });
	const expected = [0.2157104188493877, 0.38934618162229695, 0.2472193605741979, 0.2014571061332613];
	t.true(estimates.length === 4 && expected.every((value, block) => near(estimates[block], value)));
	t.true(near(mean, 0.26343326679478596));
	t.true(near(spread ?? 0, 0.04304597114486324));
});

test('two points each follow the formula by hand', t => {
	// d = 1: k(x, y) = (xy + 1)³. Real 0, 1: k = 1; fake 1, 2: k = 27; across: 1, 1, 8, 27.
	const [x, y] = [
		featureSetFromArray(Float32Array.of(0, 1), 1),
		featureSetFromArray(Float32Array.of(1, 2), 1),
	];
	t.is(kernelDistance(x, y).mean, 1 + 27 - (2 * 37) / 4);
});

test('blocks whose sizes cannot be equal take every row once, the shorter ones first', t => {
	const odd = featureSetFromArray(hashFeatures(7, 2, 1), 2);
	const seven = hashFeatures(7, 2, 1);
	const { estimates } = kernelDistance(odd, odd, { maximumBlockSize: 3 });
	t.is(estimates.length, 3);
	const part = (start: number, end: number) => featureSetFromArray(seven.slice(start * 2, end * 2), 2);
	t.true(near(estimates[0], kernelDistance(part(0, 2), part(0, 2)).mean));
	t.true(near(estimates[1], kernelDistance(part(2, 4), part(2, 4)).mean));
	t.true(near(estimates[2], kernelDistance(part(4, 7), part(4, 7)).mean));
});

test('subsets as large as the sets are the one block', t => {
	const whole = kernelDistanceOfSubsets(fake, fake, { seed: 1, subsets: 2, subsetSize: 300 });
	const { mean } = kernelDistance(fake, fake);
	t.true(whole.estimates.every(estimate => near(estimate, mean)));
	t.true((whole.spread ?? 1) < 1e-12);
});

test('subsets estimate the same distance, seeded', t => {
	const options = { seed: 3, subsets: 60, subsetSize: 100 };
	const first = kernelDistanceOfSubsets(real, fake, options);
	t.true(Math.abs(first.mean - 0.2655587) < 0.05, `${first.mean}`);
	t.deepEqual(kernelDistanceOfSubsets(real, fake, options), first);
	t.not(kernelDistanceOfSubsets(real, fake, { ...options, seed: 4 }).mean, first.mean);
	const mean = first.estimates.reduce((sum, value) => sum + value, 0) / 60;
	const variance = first.estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 60;
	t.true(near(first.spread ?? 0, Math.sqrt(variance)));
});

test('halves of one distribution have distance 0 within noise, on both sides of it', t => {
	const values = Array.from(
		{ length: 20 },
		(_, seed) =>
			kernelDistance(
				featureSetFromArray(hashFeatures(100, 8, 100 + seed), 8),
				featureSetFromArray(hashFeatures(100, 8, 200 + seed), 8),
			).mean,
	);
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	const error = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 19 / 20);
	t.true(Math.abs(mean) < 4 * error, `${mean} ± ${error}`);
	t.true(values.some(value => value < 0) && values.some(value => value > 0));
});

test('progress ends at 1', t => {
	const seen: number[] = [];
	kernelDistance(real, fake, { maximumBlockSize: 125, onProgress: fraction => seen.push(fraction) });
	t.deepEqual(seen, [0.25, 0.5, 0.75, 1]);
});

test('sizes that no estimate exists for are refused', t => {
	t.throws(() => kernelDistance(real, fake, { maximumBlockSize: 1 }), {
		instanceOf: UsageError,
		message:
			'block size: expected at least 2 rows in each of the blocks of both sets, got 1 for 500 real and 300 fake images',
	});
	t.throws(() => kernelDistanceOfSubsets(real, fake, { seed: 1 }), {
		instanceOf: UsageError,
		message: 'subset size: expected a whole number from 2 to 300, the images of the smaller set, got 1000',
	});
	t.throws(() => kernelDistanceOfSubsets(real, fake, { seed: 1, subsetSize: 10, subsets: 0 }), {
		instanceOf: UsageError,
		message: 'subsets: expected a whole number of at least 1, got 0',
	});
});

test('no tensor is left behind', t => {
	tf.zeros([1]).dispose();
	const before = [tf.memory().numTensors, countNativeTensors()];
	kernelDistance(real, fake);
	kernelDistanceOfSubsets(real, fake, { seed: 1, subsets: 2, subsetSize: 10 });
	t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
});
