import { quantileSorted } from 'simple-statistics';
import { UsageError } from '../../errors.ts';
import { requireFinite } from '../../statistics/require-finite.ts';
import type { Interval } from '../../statistics/t-interval.ts';

export interface BootstrapOptions {
	/** Seed of the weights, in [1, 2^31 - 1]. */
	readonly seed: number;
	/** Number of replicates, default 1000. */
	readonly replicates?: number;
	/** In (0, 1), default 0.95. */
	readonly confidence?: number;
}

/** The options with their defaults. @throws UsageError for numbers out of range */
export function withDefaults(options: BootstrapOptions): Required<BootstrapOptions> {
	const { seed, replicates = 1000, confidence = 0.95 } = options;
	if (!Number.isInteger(replicates) || replicates < 100) {
		throw new UsageError(`replicates: expected a whole number of at least 100, got ${replicates}`);
	}
	if (!(confidence > 0 && confidence < 1)) {
		throw new UsageError(`confidence: expected a number between 0 and 1, got ${confidence}`);
	}
	return { seed, replicates, confidence };
}

/**
 * The percentile interval of replicates, moved so that their mean is the score. Scores such as FID and IS have a
 * bias that depends on the number of images, and a replicate, which has fewer different images, has more of it:
 * the width of the replicates is right, their place is not. The interval is one of the score expected at this
 * number of images, the quantity that tables compare; not of the score of endless images.
 */
export function recentredInterval(
	score: number,
	replicates: readonly number[],
	confidence: number,
): Interval {
	requireFinite(replicates);
	const sorted = Float64Array.from(replicates).sort();
	const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
	const quantile = (probability: number): number => quantileSorted([...sorted], probability);
	return {
		low: score + quantile((1 - confidence) / 2) - mean,
		high: score + quantile((1 + confidence) / 2) - mean,
	};
}
