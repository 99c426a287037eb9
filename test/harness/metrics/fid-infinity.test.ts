import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { featureSetFromArray } from '../../../harness/metrics/feature-set.ts';
import type { FeatureStatistics } from '../../../harness/metrics/feature-statistics.ts';
import { fidInfinitySteps } from '../../../harness/metrics/fid-infinity.ts';
import { toEnd } from '../../../harness/metrics/steps.ts';
import { countNativeTensors } from '../../../harness/tensor/float64.ts';
import { createStream } from '../../../harness/tensor/random.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';

const fidInfinity = (...parameters: Parameters<typeof fidInfinitySteps>) =>
	toEnd(fidInfinitySteps(...parameters));

/** N(0, I), exactly. */
const standardNormal = (dimension: number): FeatureStatistics => {
	const covariance = new Float64Array(dimension * dimension);
	for (let index = 0; index < dimension; index++) covariance[index * (dimension + 1)] = 1;
	return { count: 1e9, dimension, mean: new Float64Array(dimension), covariance };
};

const normals = (count: number, dimension: number, seed: number, shift = 0): Float32Array =>
	createStream(seed, 'features')
		.normals(count * dimension)
		.map(value => value + shift);

const averageOf = (values: readonly number[]): number =>
	values.reduce((sum, value) => sum + value, 0) / values.length;

test('the extrapolated distance has lost the bias that the distance of all images has', t => {
	// True distance: 16 features shifted by 0.25, 16 · 0.0625 = 1. Bias at N images about 16 · 17 / (4 N) + 16 / N.
	const results = Array.from({ length: 12 }, (_, index) =>
		fidInfinity(standardNormal(16), featureSetFromArray(normals(1000, 16, 10 + index, 0.25), 16), {
			seed: 1 + index,
			smallestSize: 100,
		}),
	);
	const extrapolated = averageOf(results.map(({ value }) => value));
	const all = averageOf(results.map(({ points }) => points.at(-1)?.distance ?? 0));
	t.true(all > 1.05, `${all}`);
	t.true(Math.abs(extrapolated - 1) < 0.05, `${extrapolated}`);
	t.true(results.every(({ slope }) => slope > 0));
});

test('sizes run evenly from the smallest to all images, and the last point is the distance of all', t => {
	const fake = featureSetFromArray(normals(200, 4, 1), 4);
	const { points, value, slope } = fidInfinity(standardNormal(4), fake, {
		seed: 1,
		points: 5,
		smallestSize: 40,
	});
	t.deepEqual(
		points.map(({ images }) => images),
		[40, 80, 120, 160, 200],
	);
	const other = fidInfinity(standardNormal(4), fake, { seed: 2, points: 5, smallestSize: 40 });
	t.true(Math.abs((other.points.at(-1)?.distance ?? 0) - (points.at(-1)?.distance ?? 1)) < 1e-12);
	t.not(other.value, value);
	// The line by hand, from the normal equations.
	const x = points.map(({ images }) => 1 / images);
	const y = points.map(({ distance }) => distance);
	const [mx, my] = [averageOf(x), averageOf(y)];
	const xx = averageOf(x.map(each => each * each));
	const xy = averageOf(x.map((each, index) => each * y[index]));
	t.true(Math.abs(slope - (xy - mx * my) / (xx - mx * mx)) < 1e-9 * Math.abs(slope) + 1e-9);
	t.true(Math.abs(value - (my - slope * mx)) < 1e-9);
});

test('equal seeds give equal numbers, progress ends at 1, subsets below the features are warned of', t => {
	const fake = featureSetFromArray(normals(60, 8, 1), 8);
	const seen: number[] = [];
	const run = () =>
		fidInfinity(standardNormal(8), fake, { seed: 5, points: 4, onProgress: part => seen.push(part) });
	const first = run();
	t.deepEqual(run(), first);
	t.deepEqual(seen.slice(0, 4), [0.25, 0.5, 0.75, 1]);
	t.deepEqual(first.warnings, [
		'the smallest subset has 6 images for 8 features: below 8 images the bias is not linear in 1 / N, and the extrapolation misses',
	]);
	t.deepEqual(fidInfinity(standardNormal(8), fake, { seed: 5, smallestSize: 20 }).warnings, []);
});

test('what cannot be extrapolated is refused', t => {
	const fake = featureSetFromArray(normals(10, 4, 1), 4);
	t.throws(() => fidInfinity(standardNormal(4), fake, { seed: 1 }), {
		instanceOf: UsageError,
		message: 'smallest subset: expected a whole number from 2 to 9, got 1',
	});
	t.throws(() => fidInfinity(standardNormal(4), fake, { seed: 1, points: 2 }), {
		instanceOf: UsageError,
		message: 'points: expected a whole number of at least 3, got 2',
	});
	t.throws(() => fidInfinity(standardNormal(5), fake, { seed: 1, smallestSize: 5 }), {
		instanceOf: UsageError,
		message: 'feature statistics: expected equal dimensions, got 5 and 4',
	});
});

test('no tensor is left behind', t => {
	tf.zeros([1]).dispose();
	const before = [tf.memory().numTensors, countNativeTensors()];
	const fake = featureSetFromArray(normals(30, 4, 1), 4);
	fidInfinity(standardNormal(4), fake, { seed: 1, points: 3 });
	t.throws(() => fidInfinity(standardNormal(5), fake, { seed: 1, points: 3 }));
	t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
});
