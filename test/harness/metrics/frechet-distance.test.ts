import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import {
	createFeatureAccumulator,
	type FeatureStatistics,
} from '../../../harness/metrics/feature-statistics.ts';
import { frechetDistance } from '../../../harness/metrics/frechet-distance.ts';
import { countNativeTensors } from '../../../harness/tensor/float64.ts';
import { createStream } from '../../../harness/tensor/random.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { wave } from './wave.ts';

function statisticsOf(values: Float32Array, dimension: number): FeatureStatistics {
	const accumulator = createFeatureAccumulator(dimension);
	const features = tf.tensor2d(values, [values.length / dimension, dimension]);
	accumulator.add(features);
	features.dispose();
	const statistics = accumulator.statistics();
	accumulator.dispose();
	return statistics;
}

const diagonal = (mean: readonly number[], variances: readonly number[]): FeatureStatistics => {
	const dimension = mean.length;
	const covariance = new Float64Array(dimension * dimension);
	variances.forEach((variance, index) => {
		covariance[index * dimension + index] = variance;
	});
	return { count: 100, dimension, mean: Float64Array.from(mean), covariance };
};

const near = (actual: number, expected: number, relative: number): boolean =>
	Math.abs(actual - expected) <= relative * Math.abs(expected);

test('full-rank features agree with SciPy', t => {
	// ci/golden/metrics-scores.py
	const a = statisticsOf(wave(200, 12, 0.3, 0.1, 0.5), 12);
	const b = statisticsOf(wave(150, 12, 1.1, 0.25, 0.4), 12);
	t.true(near(frechetDistance(a, b), 10.97686177979493, 1e-6), `${frechetDistance(a, b)}`);
	t.true(near(frechetDistance(b, a), 10.97686177979493, 1e-6));
});

test('large means do not cancel', t => {
	const a = statisticsOf(wave(200, 12, 0.3, 0.1, 1e4), 12);
	const b = statisticsOf(wave(150, 12, 1.1, 0.25, 1e4), 12);
	t.true(near(frechetDistance(a, b), 5.799142686465949, 1e-6), `${frechetDistance(a, b)}`);
});

test("TF-GAN's own test case gives 89.091", t => {
	// Means (1.5, 1) and (5.5, 9); the first feature takes two values, variances 0.2525 and 12.37 over 100 images.
	const twoValues = (low: number, high: number, other: number) =>
		statisticsOf(
			Float32Array.from({ length: 200 }, (_, index) => (index % 2 ? other : index < 100 ? low : high)),
			2,
		);
	t.true(Math.abs(frechetDistance(twoValues(1, 2, 1), twoValues(2, 9, 9)) - 89.091) < 1e-3);
});

test('diagonal Gaussians follow the closed form', t => {
	const a = diagonal([1, -2, 0], [4, 9, 0.25]);
	const b = diagonal([0, 1, 0.5], [1, 16, 0]);
	t.true(near(frechetDistance(a, b), 1 + 9 + 0.25 + (1 + 1 + 0.25), 1e-12));
});

test('rotated Gaussians follow the closed form', t => {
	// [[2, 1], [1, 2]] and 3 I commute: Σ (√λ - √3)² over λ = 1, 3.
	const a = { ...diagonal([0, 0], [2, 2]), covariance: Float64Array.of(2, 1, 1, 2) };
	t.true(near(frechetDistance(a, diagonal([0, 0], [3, 3])), (Math.sqrt(3) - 1) ** 2, 1e-12));
});

test('fewer images than features give a finite distance', t => {
	const normals = createStream(3, 'features').normals(40 * 64);
	const a = statisticsOf(normals.slice(0, 15 * 64), 64);
	const b = statisticsOf(normals.slice(15 * 64), 64);
	const distance = frechetDistance(a, b);
	t.true(distance > 0 && Number.isFinite(distance));
	t.true(near(frechetDistance(b, a), distance, 1e-6));
	t.true(frechetDistance(a, a) < 1e-5, `${frechetDistance(a, a)}`);
});

test('constant features give the distance of their means and what is left of the spread', t => {
	const constant = diagonal([2, 2], [0, 0]);
	t.is(frechetDistance(constant, constant), 0);
	t.true(near(frechetDistance(constant, diagonal([0, 0], [1, 3])), 8 + 4, 1e-12));
});

test('different dimensions are refused', t => {
	t.throws(() => frechetDistance(diagonal([0], [1]), diagonal([0, 0], [1, 1])), {
		instanceOf: UsageError,
		message: 'feature statistics: expected equal dimensions, got 1 and 2',
	});
});

test('statistics that are not finite are refused', t => {
	t.throws(() => frechetDistance(diagonal([Number.NaN], [1]), diagonal([0], [1])), {
		instanceOf: RangeError,
		message: 'feature statistics: expected finite means and covariances',
	});
	const offDiagonal = {
		...diagonal([0, 0], [1, 1]),
		covariance: Float64Array.of(1, Number.NaN, Number.NaN, 1),
	};
	t.throws(() => frechetDistance(offDiagonal, diagonal([0, 0], [1, 1])), { instanceOf: RangeError });
	t.throws(() => frechetDistance(diagonal([0, 0], [1, 1]), offDiagonal), { instanceOf: RangeError });
});

test('no tensor is left behind', t => {
	tf.zeros([1]).dispose();
	const before = [tf.memory().numTensors, countNativeTensors()];
	frechetDistance(diagonal([0, 1], [1, 1]), diagonal([0, 0], [1, 1]));
	t.throws(() => frechetDistance(diagonal([Number.NaN], [1]), diagonal([0], [1])));
	t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
});
