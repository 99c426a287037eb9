import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import {
	createFeatureAccumulator,
	type FeatureStatistics,
} from '../../../harness/metrics/feature-statistics.ts';
import {
	createFrechetReference,
	frechetDistance,
	frechetScore,
} from '../../../harness/metrics/frechet-distance.ts';
import { frechetDistanceOfRows } from '../../../harness/metrics/frechet-of-rows.ts';
import { countNativeTensors } from '../../../harness/tensor/float64.ts';
import { createStream } from '../../../harness/tensor/random.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { hashFeatures } from './hash-features.ts';
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

// The golden values of the tests below: ci/golden/metrics-features.py

test('2048 features agree with SciPy to a millionth', t => {
	const a = statisticsOf(hashFeatures(2600, 2048, 13, { decay: 0.01 }), 2048);
	const b = statisticsOf(hashFeatures(2400, 2048, 14, { decay: 0.008, shift: 0.02 }), 2048);
	const distance = frechetDistance(a, b);
	t.true(near(distance, 25.023832483454044, 1e-9), `${distance}`);

	const few = statisticsOf(hashFeatures(100, 2048, 15, { decay: 0.01 }), 2048);
	const { distance: ofFew, warnings } = frechetScore(few, b);
	t.true(near(ofFew, 167.4569305959954, 1e-9), `${ofFew}`);
	t.deepEqual(warnings, [
		'100 images give a covariance of rank 99 at most over 2048 features: the distance is finite, but strongly biased; use more than 2048 images',
	]);
});

test('one image is at the distance of the means and the spread of the other side, under every rule', t => {
	const many = statisticsOf(hashFeatures(500, 64, 4, { decay: 0.04, shift: 0.1 }), 64);
	const one = statisticsOf(hashFeatures(1, 64, 5, {}), 64);
	// ‖μ₁ - μ₂‖² + Tr Σ₁: the root of a product with zero is zero.
	let expected = 0;
	for (let index = 0; index < 64; index++) {
		expected += (many.mean[index] - one.mean[index]) ** 2 + many.covariance[index * 65];
	}
	for (const traceRule of ['exact', 'tfgan'] as const) {
		for (const [real, fake] of [
			[many, one],
			[one, many],
		]) {
			const { distance, warnings } = frechetScore(real, fake, { traceRule });
			t.true(near(distance, expected, 1e-12), `${traceRule}: ${distance}, not ${expected}`);
			t.is(warnings.length, 1);
		}
	}
	t.is(frechetDistance(one, one), 0);
});

test('singular covariances, one or both, agree with the nuclear norm of the rows', t => {
	const a = statisticsOf(hashFeatures(40, 64, 3, { decay: 0.05 }), 64);
	const b = statisticsOf(hashFeatures(500, 64, 4, { decay: 0.04, shift: 0.1 }), 64);
	const c = statisticsOf(hashFeatures(30, 64, 5, { decay: 0.02 }), 64);
	for (const [first, second, expected] of [
		[a, b, 12.190488019944361],
		[a, c, 27.64373979888066],
	] as const) {
		t.true(near(frechetDistance(first, second), expected, 1e-12));
		t.true(near(frechetDistance(second, first), expected, 1e-12));
	}
	t.true(near(frechetDistance(b, a, { traceRule: 'tfgan' }), 12.190488019944375, 1e-9));
	t.deepEqual(frechetScore(b, b).warnings, []);
	t.is(frechetScore(a, c).warnings.length, 2);
});

test("TF-GAN's rule leaves small eigenvalues of the first side and of the product without root", t => {
	const flat = diagonal([0, 0], [1, 1]);
	const thin = diagonal([0, 0], [1, 1e-12]);
	// Exact: the variance 1e-12 counts with its root, 1e-6.
	t.true(near(frechetDistance(thin, flat), 1 - 2e-6, 1e-11));
	// TF-GAN: √Σ₁ = (1, 1e-12), the product (1, 1e-24).
	t.true(near(frechetDistance(thin, flat, { traceRule: 'tfgan' }), 1 + 1e-12, 1e-14));
	// The other way round the root of the first is exact, and the product is (1, 1e-12).
	t.true(near(frechetDistance(flat, thin, { traceRule: 'tfgan' }), 1 + 1e-12 - 2e-12, 1e-14));
	// Nothing small: the exact value.
	const full = diagonal([0, 0], [4, 1e-4]);
	t.true(near(frechetDistance(full, flat, { traceRule: 'tfgan' }), 1 + 0.99 ** 2, 1e-12));
});

test('distances of few features agree with SciPy', t => {
	const a = statisticsOf(hashFeatures(300, 12, 1, { decay: 0.1 }), 12);
	const b = statisticsOf(hashFeatures(250, 12, 2, { decay: 0.05, shift: 0.1 }), 12);
	t.true(near(frechetDistance(a, b), 0.7253595660412699, 1e-11));
});

test('a matrix with clearly negative eigenvalues is refused, on either side and by either rule', t => {
	const full = statisticsOf(hashFeatures(300, 3, 1), 3);
	const singular = diagonal([0, 0, 0], [1, 1, 0]);
	const negative = diagonal([0, 0, 0], [-1, -1, -1]);
	// Positive variances, but a correlation of 2.
	const impossible = { ...full, covariance: Float64Array.of(1, 2, 0, 2, 1, 0, 0, 0, 1) };
	const tensors = countNativeTensors();
	for (const wrong of [negative, impossible]) {
		for (const right of [full, singular]) {
			for (const traceRule of ['exact', 'tfgan'] as const) {
				for (const [first, second] of [
					[right, wrong],
					[wrong, right],
				]) {
					t.throws(() => frechetDistance(first, second, { traceRule }), {
						instanceOf: UsageError,
						message:
							/^feature statistics: expected covariances, which have no negative eigenvalues, got a matrix with eigenvalues down to about -0\.\d+ of its norm$/u,
					});
				}
			}
		}
	}
	t.is(countNativeTensors(), tensors);
	// What float32 leaves of a singular covariance is rounding.
	const rounded = diagonal([0, 0, 0], [1, 1, -1e-6]);
	t.true(near(frechetDistance(rounded, full), frechetDistance(singular, full), 1e-2));
});

test('features that never move leave the others as they are', t => {
	const alive = hashFeatures(300, 12, 1, { decay: 0.1 });
	const padded = (values: Float32Array): Float32Array =>
		Float32Array.from({ length: 300 * 14 }, (_, index) =>
			index % 14 < 12 ? values[Math.floor(index / 14) * 12 + (index % 14)] : 3,
		);
	const other = hashFeatures(300, 12, 2, { decay: 0.05, shift: 0.1 });
	const expected = frechetDistance(statisticsOf(alive, 12), statisticsOf(other, 12));
	const actual = frechetDistance(statisticsOf(padded(alive), 14), statisticsOf(padded(other), 14));
	t.true(near(actual, expected, 1e-11));
});

test('features that repeat others make covariances singular, and no rounding counts as spread', t => {
	const repeated = (values: Float32Array): Float32Array =>
		Float32Array.from(
			{ length: values.length * 2 },
			(_, index) => values[Math.floor(index / 32) * 16 + (index % 16)],
		);
	const [a, b] = [hashFeatures(100, 16, 1), hashFeatures(90, 16, 2, { decay: 0.1 })].map(repeated);
	const expected = frechetDistanceOfRows(a, b, 32);
	t.true(near(frechetDistance(statisticsOf(a, 32), statisticsOf(b, 32)), expected, 1e-12));
	t.true(near(frechetDistance(statisticsOf(b, 32), statisticsOf(a, 32)), expected, 1e-12));
});

test('statistics without a count, as other tools write them, are taken to have full rank', t => {
	const a = statisticsOf(wave(200, 12, 0.3, 0.1, 0.5), 12);
	const b = statisticsOf(wave(150, 12, 1.1, 0.25, 0.4), 12);
	const { distance, warnings } = frechetScore({ ...a, count: 0 }, { ...b, count: 0 });
	t.is(distance, frechetDistance(a, b));
	t.deepEqual(warnings, []);
});

test('a prepared reference gives the same distances again and again', t => {
	const sets = [3, 4, 5].map(seed => statisticsOf(hashFeatures(80, 16, seed), 16));
	const few = statisticsOf(hashFeatures(9, 16, 6), 16);
	for (const first of [...sets, few]) {
		const reference = createFrechetReference(first);
		for (const second of [...sets, few, ...sets]) {
			t.is(reference.distanceTo(second).distance, frechetDistance(first, second));
		}
		reference.dispose();
	}
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
	frechetDistance(diagonal([0, 1], [1, 0]), diagonal([0, 0], [1, 0]));
	t.throws(() => frechetDistance(diagonal([Number.NaN], [1]), diagonal([0], [1])));
	t.throws(() => frechetDistance(diagonal([0], [1]), diagonal([0, 0], [1, 1])));
	t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
});
