import { UsageError } from '../errors.ts';
import { createStream } from '../tensor/random.ts';
import type { FeatureSet } from './feature-set.ts';
import type { FeatureStatistics } from './feature-statistics.ts';
import { createFrechetReference, type FrechetOptions } from './frechet-distance.ts';
import { sampleRows } from './sample-rows.ts';
import { statisticsSteps } from './set-statistics.ts';
import type { Steps } from './steps.ts';

/** Number of subset sizes unless another is given. */
export const defaultPoints = 15;
/** Most images of the smallest subset unless another number is given. */
export const largestSmallestSize = 5000;

export interface FidInfinityOptions extends FrechetOptions {
	/** Seed of the draw of the subsets, in [1, 2^31 - 1]. */
	readonly seed: number;
	/** Number of subset sizes, default 15 as in dgm-eval. */
	readonly points?: number;
	/** Images of the smallest subset; default 5000, or a tenth of the images where that is less. */
	readonly smallestSize?: number;
	/** Called with the part that is done, (0, 1]. */
	readonly onProgress?: (fraction: number) => void;
}

export interface FidInfinity {
	/** The distance that the line meets at 1 / N = 0. */
	readonly value: number;
	/** Standard error of the line's intercept; says how straight the points lie, not how it would vary. */
	readonly standardError: number;
	/** Growth of the distance with 1 / N. */
	readonly slope: number;
	readonly points: ReadonlyArray<{ readonly images: number; readonly distance: number }>;
	readonly warnings: readonly string[];
}

/** Least squares of a line: its value at 0, its slope, and the standard error of the former. */
function fitLine(x: readonly number[], y: readonly number[]) {
	const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
	const [meanX, meanY] = [mean(x), mean(y)];
	const squares = x.reduce((sum, value) => sum + (value - meanX) ** 2, 0);
	const slope = x.reduce((sum, value, index) => sum + (value - meanX) * (y[index] - meanY), 0) / squares;
	const intercept = meanY - slope * meanX;
	const residual = y.reduce((sum, value, index) => sum + (value - intercept - slope * x[index]) ** 2, 0);
	const variance = residual / Math.max(1, x.length - 2);
	return { intercept, slope, standardError: Math.sqrt(variance * (1 / x.length + meanX ** 2 / squares)) };
}

/**
 * FID∞ (Chong and Forsyth, arXiv 1911.07023): the distance at N generated images has a bias that is nearly linear
 * in 1 / N, so distances of random subsets of many sizes are extrapolated to endless images. Each subset is drawn
 * anew, without replacement. Reads the set once for each point; the reference is taken as it is. A step is a batch.
 *
 * @throws UsageError for different dimensions, fewer than three points, or sizes that the set does not have
 * @throws RunFailedError for NaN or infinity, naming the image
 */
export function* fidInfinitySteps(
	reference: FeatureStatistics,
	fake: FeatureSet,
	options: FidInfinityOptions,
): Steps<FidInfinity> {
	const { seed, points = defaultPoints, traceRule, onProgress } = options;
	const { smallestSize = Math.min(largestSmallestSize, Math.floor(fake.count / 10)) } = options;
	if (!Number.isInteger(points) || points < 3) {
		throw new UsageError(`points: expected a whole number of at least 3, got ${points}`);
	}
	if (fake.count < 3) throw new UsageError(`fake images: expected at least 3, got ${fake.count}`);
	if (!Number.isInteger(smallestSize) || smallestSize < 2 || smallestSize >= fake.count) {
		throw new UsageError(
			`smallest subset: expected a whole number from 2 to ${fake.count - 1}, got ${smallestSize}`,
			'generate more images, or name a smaller subset',
		);
	}
	const sizes = Array.from({ length: points }, (_, point) =>
		Math.floor(smallestSize + ((fake.count - smallestSize) * point) / (points - 1)),
	);
	const frechet = createFrechetReference(reference, { traceRule });
	try {
		const scores: { images: number; distance: number }[] = [];
		for (const [point, images] of sizes.entries()) {
			const rows = sampleRows(createStream(seed, 'fid-infinity', point), fake.count, images);
			const { distance } = frechet.distanceTo(yield* statisticsSteps(fake, { rows }));
			onProgress?.((point + 1) / points);
			scores.push({ images, distance });
		}
		const { intercept, slope, standardError } = fitLine(
			scores.map(({ images }) => 1 / images),
			scores.map(({ distance }) => distance),
		);
		const warnings =
			smallestSize > fake.dimension
				? []
				: [
						`the smallest subset has ${smallestSize} images for ${fake.dimension} features: below ${fake.dimension} images the bias is not linear in 1 / N, and the extrapolation misses`,
					];
		return { value: intercept, standardError, slope, points: scores, warnings };
	} finally {
		frechet.dispose();
	}
}
