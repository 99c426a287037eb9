import type { BootstrapOptions } from './bootstrap-interval.ts';
import { bootstrapInterval } from './bootstrap-interval.ts';
import type { Interval } from './t-interval.ts';

/**
 * `bootstrapInterval` of the median, number for number, in a fraction of the time: a resample is counted by rank, so
 * that its middle is found in one pass and nothing is sorted.
 *
 * @throws RangeError as `bootstrapInterval`
 */
export function bootstrapMedian(values: readonly number[], options: BootstrapOptions): Interval {
	const order = values.map((_, index) => index).sort((first, second) => values[first]! - values[second]!);
	const ranks = new Array<number>(values.length);
	for (const [rank, index] of order.entries()) ranks[index] = rank;
	const sorted = order.map(index => values[index]!);
	const counts = new Uint32Array(values.length);
	const upper = Math.floor(values.length / 2);
	const even = values.length % 2 === 0;

	// Ranks are resampled in place of values; the interval interpolates between medians, so those must be values.
	const medianOfRanks = (sample: readonly number[]): number => {
		counts.fill(0);
		for (let index = 0; index < sample.length; index++) counts[sample[index]!]!++;
		let seen = 0;
		let lower = -1;
		for (let rank = 0; ; rank++) {
			seen += counts[rank]!;
			if (lower < 0 && seen >= upper) lower = rank;
			if (seen > upper) return even ? (sorted[lower]! + sorted[rank]!) / 2 : sorted[rank]!;
		}
	};
	for (const value of values) if (!Number.isFinite(value)) return bootstrapInterval(values, () => 0, options);
	return bootstrapInterval(ranks, medianOfRanks, options);
}
