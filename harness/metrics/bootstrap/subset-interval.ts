import { mean, sampleStandardDeviation } from 'simple-statistics';
import { studentTQuantile } from '../../statistics/student-t-quantile.ts';
import type { Interval } from '../../statistics/t-interval.ts';

export interface SubsetIntervalOptions {
	/** Images in a subset, m. */
	readonly subsetSize: number;
	/** Images that subsets are drawn from, n ≥ 2 m; of two sides, the smaller one's. */
	readonly images: number;
	/** In (0, 1), default 0.95. */
	readonly confidence?: number;
}

/**
 * Interval, over the images, of a mean of scores of random subsets. Resampling the subsets would only tell how much
 * their draw moves the mean: they share images. But what an average of m of n images varies by, given the n, tells
 * what an average of n varies by: var(n) = var(m | n) · m / (n - m), to first order in the images. The draw of the
 * subsets adds var(m | n) / subsets. Too long where the score is nothing but bias (equal distributions), and where
 * the other side has more images.
 *
 * @param estimates one score a subset, drawn without replacement, at least 8
 * @throws RangeError for fewer subsets, or subsets of more than half of the images
 */
export function subsetInterval(estimates: readonly number[], options: SubsetIntervalOptions): Interval {
	const { subsetSize, images, confidence = 0.95 } = options;
	if (estimates.length < 8) {
		throw new RangeError(`subsets: expected at least 8, got ${estimates.length}`);
	}
	if (!(images >= 2 * subsetSize)) {
		throw new RangeError(`subsets: expected at most half of the ${images} images, got ${subsetSize}`);
	}
	const center = mean([...estimates]);
	const factor = subsetSize / (images - subsetSize) + 1 / estimates.length;
	const margin =
		studentTQuantile(0.5 + confidence / 2, estimates.length - 1) *
		sampleStandardDeviation([...estimates]) *
		Math.sqrt(factor);
	return { low: center - margin, high: center + margin };
}
