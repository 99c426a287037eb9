import { tf } from '../../tensor/tensorflow.ts';
import type { FeatureStatistics } from '../feature-statistics.ts';
import { type SelfCheck, within } from './check.ts';
import type { SelfTestSubjects } from './subjects.ts';

const group = 'Fréchet distance';

// A count that no rank is limited by.
const endless = 1e9;

/** A Gaussian with the given mean and row-major covariance. */
const gaussian = (mean: readonly number[], covariance: readonly number[]): FeatureStatistics => ({
	count: endless,
	dimension: mean.length,
	mean: Float64Array.from(mean),
	covariance: Float64Array.from(covariance),
});

/** Covariance a · I + b · 1 1ᵀ: eigenvalues a, and once a + b · dimension. */
function equicorrelated(dimension: number, a: number, b: number): FeatureStatistics {
	const covariance = new Float64Array(dimension * dimension).fill(b);
	for (let index = 0; index < dimension; index++) covariance[index * (dimension + 1)] += a;
	return { count: endless, dimension, mean: new Float64Array(dimension), covariance };
}

/**
 * Gaussians whose distance has a closed form.
 *
 * @param dimension of the largest pair, 2048 as Inception's features
 */
export function frechetChecks(
	{ frechetDistance, createFeatureAccumulator }: SelfTestSubjects,
	dimension: number,
): SelfCheck[] {
	const one = (name: string, expected: number, tolerance: number, measure: () => number): SelfCheck => ({
		group,
		name,
		expected: [expected],
		tolerance: within(tolerance, [expected]),
		source: 'closed form',
		measure: () => [measure()],
	});
	const [left, right] = [gaussian([1, 0], [2, 1, 1, 2]), gaussian([0, 3], [3, -1, -1, 1])];
	// Of 2×2 matrices Tr √(AB) = √(Tr AB + 2 √det AB): AB = [[5, -1], [1, 1]], traces 4 + 4, means (1, -3) apart.
	const planar = 1 + 9 + 8 - 2 * Math.sqrt(6 + 2 * Math.sqrt(6));
	return [
		one('a Gaussian and itself', 0, 1e-12, () => frechetDistance(left, left)),
		one('variances 4, 9, ¼ against 1, 16, 0; means (1, -2, 0) against (0, 1, ½)', 12.5, 1e-12, () =>
			frechetDistance(
				gaussian([1, -2, 0], [4, 0, 0, 0, 9, 0, 0, 0, 0.25]),
				gaussian([0, 1, 0.5], [1, 0, 0, 0, 16, 0, 0, 0, 0]),
			),
		),
		one('two covariances that do not commute', planar, 1e-12, () => frechetDistance(left, right)),
		one('constant features', 8, 1e-12, () =>
			frechetDistance(gaussian([2, 2], [0, 0, 0, 0]), gaussian([0, 0], [0, 0, 0, 0])),
		),
		one(
			`${dimension} correlated features`,
			(dimension - 1) * (2 - 1) ** 2 + (Math.sqrt(4 + 3 * dimension) - 1) ** 2,
			1e-8 * dimension,
			() => frechetDistance(equicorrelated(dimension, 4, 3), equicorrelated(dimension, 1, 0)),
		),
		{
			...one('features of 100 images, mean and covariance taken from them', 89.091, 1e-3, () => {
				const statistics = (low: number, high: number, other: number) => {
					const accumulator = createFeatureAccumulator(2);
					const features = tf.tensor2d(
						Float32Array.from({ length: 200 }, (_, index) => (index % 2 ? other : index < 100 ? low : high)),
						[100, 2],
					);
					try {
						accumulator.add(features);
						return accumulator.statistics();
					} finally {
						features.dispose();
						accumulator.dispose();
					}
				};
				return frechetDistance(statistics(1, 2, 1), statistics(2, 9, 9));
			}),
			source: "TF-GAN's test of frechet_classifier_distance",
		},
	];
}
