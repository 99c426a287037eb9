import { mean, sampleStandardDeviation, standardDeviation } from 'simple-statistics';
import { median } from './median.ts';
import { requireFinite } from './require-finite.ts';
import { type Interval, tInterval } from './t-interval.ts';

export interface Summary {
	readonly n: number;
	readonly median: number;
	readonly mean: number;
	/** Divisor n: what the paper's tables print. */
	readonly populationStd: number;
	/** Divisor n - 1; null for one value. */
	readonly sampleStd: number | null;
	/** 95 % interval of the mean; null below three values, where it says next to nothing. */
	readonly tInterval95: Interval | null;
}

/**
 * What a table prints about one score over its seeds.
 *
 * @throws RangeError for no values, NaN or infinity
 */
export function summarise(values: readonly number[]): Summary {
	requireFinite(values);
	const numbers = [...values];
	const n = numbers.length;
	return {
		n,
		median: median(numbers),
		mean: mean(numbers),
		populationStd: standardDeviation(numbers),
		sampleStd: n > 1 ? sampleStandardDeviation(numbers) : null,
		tInterval95: n > 2 ? tInterval(numbers) : null,
	};
}
