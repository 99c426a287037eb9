import type { Interval } from '../../statistics/t-interval.ts';
import { disposeFloat64, type Float64Tensor, float64Scope } from '../../tensor/float64.ts';
import { type FeatureSet, featureBatches } from '../feature-set.ts';
import type { FeatureStatistics } from '../feature-statistics.ts';
import { type FrechetOptions, frechetDistance } from '../frechet-distance.ts';
import { statisticsSteps } from '../set-statistics.ts';
import type { Steps } from '../steps.ts';
import { bootstrapMeanSteps } from './bootstrap-mean.ts';
import type { BootstrapOptions } from './recentred-interval.ts';

// Statistics that other tools wrote come without a count: 0.
const rankOf = ({ count, dimension }: FeatureStatistics): number =>
	count >= 2 ? Math.min(dimension, count - 1) : dimension;

/** What the influence of an image is made of; whoever gets it frees it. */
interface InfluenceParts {
	/** G with T = G Gᵀ, [d, d]. */
	readonly transport: Float64Tensor;
	/** μ₂, [1, d]. */
	readonly mean: Float64Tensor;
	/** 2 (μ₂ - μ₁), [1, d]. */
	readonly shift: Float64Tensor;
}

function influenceParts(reference: FeatureStatistics, statistics: FeatureStatistics): InfluenceParts {
	const { dimension } = statistics;
	return float64Scope(scope => {
		const matrix = (values: Float64Array) => scope.fromValues(values, [dimension, dimension]);
		// Roots of eigenvalues, or of their inverses, that are rounding become 0.
		const powers = (spectrum: Float64Array, rank: number, exponent: number) => {
			const negligible = dimension * Number.EPSILON * spectrum[dimension - 1];
			return scope.fromValues(
				spectrum.map((value, index) =>
					value > negligible && index >= dimension - rank ? value ** exponent : 0,
				),
				[1, dimension],
			);
		};
		const first = scope.eigenSymmetric(matrix(reference.covariance));
		const factor = scope.multiply(first.vectors, powers(scope.values(first.values), rankOf(reference), 0.5));
		const product = scope.matMul(
			scope.matMul(factor, matrix(statistics.covariance), { transposeA: true }),
			factor,
		);
		const second = scope.eigenSymmetric(product);
		const rank = Math.min(rankOf(reference), rankOf(statistics));
		const transport = scope.multiply(
			scope.matMul(factor, second.vectors),
			powers(scope.values(second.values), rank, -0.25),
		);
		const mean = scope.fromValues(statistics.mean, [1, dimension]);
		const shift = scope.multiply(
			scope.subtract(mean, scope.fromValues(reference.mean, [1, dimension])),
			scope.scalar(2),
		);
		return { transport: scope.keep(transport), mean: scope.keep(mean), shift: scope.keep(shift) };
	});
}

/**
 * How much each image moves the Fréchet distance: its influence function at the images themselves,
 * ψ(x) = 2 (μ₂ - μ₁)ᵀ z + zᵀ (I - T) z - Tr((I - T) Σ₂), z = x - μ₂, where T = F (Fᵀ Σ₂ F)^-½ Fᵀ, F Fᵀ = Σ₁, is
 * the matrix of the optimal transport from N(μ₂, Σ₂) to N(μ₁, Σ₁). Sums to zero over the images. A step is a batch.
 *
 * @param reference the other side, taken as it is
 * @param statistics of the same fakes
 * @returns one number an image
 */
export function* frechetInfluenceSteps(
	reference: FeatureStatistics,
	fake: FeatureSet,
	statistics: FeatureStatistics,
): Steps<Float64Array> {
	const influence = new Float64Array(statistics.count);
	const { transport, mean, shift } = influenceParts(reference, statistics);
	try {
		for (const { rows, firstRow } of featureBatches(fake)) {
			yield;
			const values = float64Scope(scope => {
				const centered = scope.subtract(scope.fromTensor(rows), mean); // [rows, d]
				const moved = scope.matMul(centered, transport);
				const rowSum = (of: typeof centered) => scope.sum(of, { axes: [1] });
				const quadratic = scope.subtract(
					rowSum(scope.multiply(centered, centered)),
					rowSum(scope.multiply(moved, moved)),
				);
				return scope.values(scope.add(quadratic, rowSum(scope.multiply(centered, shift))));
			});
			influence.set(values, firstRow);
		}
	} finally {
		for (const tensor of [transport, mean, shift]) disposeFloat64(tensor);
	}
	const average = influence.reduce((sum, value) => sum + value, 0) / influence.length;
	return influence.map(value => value - average);
}

/**
 * Bootstrap interval of the Fréchet distance over the fakes; the reference is taken as it is, as protocols do.
 * Resampling rows and taking a distance each time costs replicates · (n d² + d³). Here the distance is linearised
 * in the weights of the images once (`frechetInfluenceSteps`, two readings and two eigendecompositions), and the
 * replicates resample n numbers. To first order this is the same; a test compares both. Too short where the
 * distance is nothing but bias (equal distributions): there the linear part vanishes.
 *
 * @throws UsageError for fewer than 8 fakes or options out of range
 * @throws RunFailedError for NaN or infinity, naming the image
 */
export function* frechetIntervalSteps(
	reference: FeatureStatistics,
	fake: FeatureSet,
	options: BootstrapOptions & FrechetOptions,
): Steps<Interval> {
	const statistics = yield* statisticsSteps(fake);
	const distance = frechetDistance(reference, statistics, options);
	const influence = yield* frechetInfluenceSteps(reference, fake, statistics);
	const { low, high } = yield* bootstrapMeanSteps(influence, { ...options, name: 'frechet-distance' });
	return { low: Math.max(0, distance + low), high: distance + high };
}
