import { median as finiteMedian } from 'simple-statistics';
import { requireFinite } from './require-finite.ts';

/**
 * The middle value; the mean of the two middle ones for an even count.
 *
 * @throws RangeError for no values, NaN or infinity
 */
export function median(values: readonly number[]): number {
	requireFinite(values);
	return finiteMedian([...values]);
}
