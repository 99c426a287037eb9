import type { Interval } from '../../statistics/t-interval.ts';
import { float64Scope } from '../../tensor/float64.ts';
import { type FeatureSet, readFeatures } from '../feature-set.ts';
import type { FeatureStatistics } from '../feature-statistics.ts';
import { type FrechetOptions, frechetDistance } from '../frechet-distance.ts';
import { statisticsOfSet } from '../set-statistics.ts';
import { bootstrapMean } from './bootstrap-mean.ts';
import type { BootstrapOptions } from './recentred-interval.ts';

// Statistics that other tools wrote come without a count: 0.
const rankOf = ({ count, dimension }: FeatureStatistics): number =>
	count >= 2 ? Math.min(dimension, count - 1) : dimension;

/**
 * How much each image moves the Fréchet distance: its influence function at the images themselves,
 * ψ(x) = 2 (μ₂ - μ₁)ᵀ z + zᵀ (I - T) z - Tr((I - T) Σ₂), z = x - μ₂, where T = F (Fᵀ Σ₂ F)^-½ Fᵀ, F Fᵀ = Σ₁, is
 * the matrix of the optimal transport from N(μ₂, Σ₂) to N(μ₁, Σ₁). Sums to zero over the images.
 *
 * @param reference the other side, taken as it is
 * @param statistics of the same fakes, default: read from them
 * @returns one number an image
 */
export function frechetInfluence(
	reference: FeatureStatistics,
	fake: FeatureSet,
	statistics: FeatureStatistics = statisticsOfSet(fake),
): Float64Array {
	const { dimension, count } = statistics;
	const influence = new Float64Array(count);
	float64Scope(outer => {
		const matrix = (values: Float64Array) => outer.fromValues(values, [dimension, dimension]);
		// Roots of eigenvalues, or of their inverses, that are rounding become 0.
		const powers = (spectrum: Float64Array, rank: number, exponent: number) => {
			const negligible = dimension * Number.EPSILON * spectrum[dimension - 1];
			return outer.fromValues(
				spectrum.map((value, index) =>
					value > negligible && index >= dimension - rank ? value ** exponent : 0,
				),
				[1, dimension],
			);
		};
		const first = outer.eigenSymmetric(matrix(reference.covariance));
		const factor = outer.multiply(first.vectors, powers(outer.values(first.values), rankOf(reference), 0.5));
		const product = outer.matMul(
			outer.matMul(factor, matrix(statistics.covariance), { transposeA: true }),
			factor,
		);
		const second = outer.eigenSymmetric(product);
		const rank = Math.min(rankOf(reference), rankOf(statistics));
		const transport = outer.multiply(
			outer.matMul(factor, second.vectors),
			powers(outer.values(second.values), rank, -0.25),
		); // G with T = G Gᵀ
		const mean = outer.fromValues(statistics.mean, [1, dimension]);
		const shift = outer.multiply(
			outer.subtract(mean, outer.fromValues(reference.mean, [1, dimension])),
			outer.scalar(2),
		);
		readFeatures(fake, (batch, firstRow) => {
			const values = float64Scope(scope => {
				const centered = scope.subtract(scope.fromTensor(batch), mean); // [rows, d]
				const moved = scope.matMul(centered, transport);
				const rowSum = (of: typeof centered) => scope.sum(of, { axes: [1] });
				const quadratic = scope.subtract(
					rowSum(scope.multiply(centered, centered)),
					rowSum(scope.multiply(moved, moved)),
				);
				return scope.values(scope.add(quadratic, rowSum(scope.multiply(centered, shift))));
			});
			influence.set(values, firstRow);
		});
	});
	const mean = influence.reduce((sum, value) => sum + value, 0) / count;
	return influence.map(value => value - mean);
}

/**
 * Bootstrap interval of the Fréchet distance over the fakes; the reference is taken as it is, as protocols do.
 * Resampling rows and taking a distance each time costs replicates · (n d² + d³). Here the distance is linearised
 * in the weights of the images once (`frechetInfluence`, two readings and two eigendecompositions), and the
 * replicates resample n numbers. To first order this is the same; a test compares both. Too short where the
 * distance is nothing but bias (equal distributions): there the linear part vanishes.
 *
 * @throws UsageError for fewer than 8 fakes or options out of range
 * @throws RunFailedError for NaN or infinity, naming the image
 */
export function frechetInterval(
	reference: FeatureStatistics,
	fake: FeatureSet,
	options: BootstrapOptions & FrechetOptions,
): Interval {
	const statistics = statisticsOfSet(fake);
	const distance = frechetDistance(reference, statistics, options);
	const { low, high } = bootstrapMean(frechetInfluence(reference, fake, statistics), {
		...options,
		name: 'frechet-distance',
	});
	return { low: Math.max(0, distance + low), high: distance + high };
}
