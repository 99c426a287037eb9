import test from 'ava';
import { subsetInterval } from '../../../../harness/metrics/bootstrap/subset-interval.ts';
import { featureSetFromArray } from '../../../../harness/metrics/feature-set.ts';
import { kernelDistanceOfSubsets } from '../../../../harness/metrics/kernel-distance.ts';
import { createStream } from '../../../../harness/tensor/random.ts';

test('the margin is that of a mean of n images, from the spread of means of m of them, by hand', t => {
	const estimates = [1, 1, 1, 1, 3, 3, 3, 3];
	const { low, high } = subsetInterval(estimates, { subsetSize: 100, images: 500 });
	// Sample deviation √(8 / 7); 100 / 400 + 1 / 8; Student's t of 7 degrees at 97.5 %: 2.364624.
	const margin = 2.364624 * Math.sqrt((8 / 7) * (0.25 + 0.125));
	t.true(Math.abs(low - (2 - margin)) < 1e-5 && Math.abs(high - (2 + margin)) < 1e-5, `${low} ${high}`);
});

test('it is as long as kernel distances of new images vary', t => {
	const [dimension, images, trials] = [2, 240, 60];
	const draw = (name: string, trial: number, shift: number) =>
		featureSetFromArray(
			createStream(1, 'subset-interval', name, trial)
				.normals(images * dimension)
				.map(value => value + shift),
			dimension,
		);
	const means: number[] = [];
	const margins: number[] = [];
	for (let trial = 0; trial < trials; trial++) {
		const { mean, estimates } = kernelDistanceOfSubsets(draw('real', trial, 0), draw('fake', trial, 0.8), {
			seed: trial + 1,
			subsets: 40,
			subsetSize: 40,
		});
		const { low, high } = subsetInterval(estimates, { subsetSize: 40, images });
		means.push(mean);
		margins.push((high - low) / 2);
	}
	const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / trials;
	const center = average(means);
	const covered = means.filter((mean, trial) => Math.abs(mean - center) <= margins[trial]).length / trials;
	// 95 % of 60 trials, less three standard deviations of their number; resampling the subsets covers 60 %.
	t.true(covered > 0.86, `${covered}`);
	const deviation = Math.sqrt(average(means.map(mean => (mean - center) ** 2)));
	const ratio = average(margins) / (2.02 * deviation);
	t.true(ratio > 0.75 && ratio < 1.35, `${ratio}`);
});

test('few subsets, or subsets of more than half of the images, are refused', t => {
	const ones = new Array(8).fill(1);
	t.throws(() => subsetInterval(ones.slice(1), { subsetSize: 1, images: 10 }), {
		instanceOf: RangeError,
		message: 'subsets: expected at least 8, got 7',
	});
	t.throws(() => subsetInterval(ones, { subsetSize: 6, images: 10 }), {
		instanceOf: RangeError,
		message: 'subsets: expected at most half of the 10 images, got 6',
	});
});
