import test from 'ava';
import { RunFailedError, UsageError } from '../../../harness/errors.ts';
import {
	createFeatureAccumulator,
	type FeatureStatistics,
} from '../../../harness/metrics/feature-statistics.ts';
import { countNativeTensors } from '../../../harness/tensor/float64.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { wave } from './wave.ts';

function statisticsOf(
	values: Float32Array,
	dimension: number,
	batchSizes: readonly number[],
): FeatureStatistics {
	const accumulator = createFeatureAccumulator(dimension);
	let start = 0;
	for (const size of batchSizes) {
		const batch = tf.tensor2d(values.subarray(start, start + size * dimension), [size, dimension]);
		accumulator.add(batch);
		batch.dispose();
		start += size * dimension;
	}
	const statistics = accumulator.statistics();
	accumulator.dispose();
	return statistics;
}

const largestDifference = (a: Float64Array, b: Float64Array): number =>
	a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - b[index])), 0);

test('mean and covariance agree with NumPy', t => {
	// ci/golden/metrics-scores.py
	const { count, dimension, mean, covariance } = statisticsOf(
		wave(200, 12, 0.3, 0.1, 0.5),
		12,
		[64, 64, 64, 8],
	);
	t.deepEqual([count, dimension], [200, 12]);
	t.true(Math.abs(mean[3] - 1.5009595599025487) < 1e-13);
	t.true(Math.abs(covariance[2 * 12 + 7] - 0.016648437096988575) < 1e-13);
	t.is(covariance[7 * 12 + 2], covariance[2 * 12 + 7]);
});

test('the size of the batches does not matter', t => {
	const values = wave(100, 6, 0.1, 0.2, 0.3);
	const whole = statisticsOf(values, 6, [100]);
	for (const sizes of [[50, 50], [1, 99], [30, 1, 1, 68], Array.from({ length: 100 }, () => 1)]) {
		const parts = statisticsOf(values, 6, sizes);
		t.true(largestDifference(parts.mean, whole.mean) < 1e-14);
		t.true(largestDifference(parts.covariance, whole.covariance) < 1e-13);
	}
});

test('a large mean does not eat the covariance', t => {
	// 2^24 - 2 … 2^24 are whole numbers in float32; sums of squares near 2.8e14 · n would lose the digits.
	const values = Float32Array.from({ length: 3000 }, (_, index) => 2 ** 24 - (index % 3));
	const { mean, covariance } = statisticsOf(values, 1, [1000, 1000, 1000]);
	t.is(mean[0], 2 ** 24 - 1);
	t.true(Math.abs(covariance[0] - 2000 / 2999) < 1e-12);
});

test('constant features have zero covariance', t => {
	const { mean, covariance } = statisticsOf(new Float32Array(40).fill(3.7), 4, [5, 5]);
	t.deepEqual([...mean], new Array(4).fill(Math.fround(3.7)));
	t.true(covariance.every(value => Math.abs(value) < 1e-30));
});

test('one image has its features as mean, and no covariance', t => {
	const { count, mean, covariance } = statisticsOf(Float32Array.of(1, 2, 3), 3, [1]);
	t.is(count, 1);
	t.deepEqual([...mean], [1, 2, 3]);
	t.deepEqual([...covariance], new Array(9).fill(0));
});

test('no image is refused', t => {
	t.throws(() => statisticsOf(new Float32Array(), 3, []), {
		instanceOf: UsageError,
		message: 'images: expected at least 1, got 0',
	});
});

test('NaN and infinity are refused, with the image', t => {
	for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
		const values = wave(10, 4, 0, 0, 0);
		values[7 * 4 + 2] = value;
		t.throws(() => statisticsOf(values, 4, [5, 5]), {
			instanceOf: RunFailedError,
			message: `features: expected finite numbers, got ${value} for image 7, feature 2`,
		});
	}
});

test('another width is refused', t => {
	const accumulator = createFeatureAccumulator(3);
	t.throws(() => tf.tidy(() => accumulator.add(tf.zeros([2, 4]))), {
		instanceOf: UsageError,
		message: 'features: expected vectors of length 3, got 4',
	});
});

test('no tensor is left behind', t => {
	tf.zeros([1]).dispose();
	const before = [tf.memory().numTensors, countNativeTensors()];
	statisticsOf(wave(30, 5, 0, 0, 0), 5, [10, 10, 10]);
	t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
});
