import { requireFinite } from './require-finite.ts';

export interface PermutationTest {
	/** Two-sided p-value, in (0, 1]. */
	readonly p: number;
	/** The smallest p-value that these sample sizes can reach, whatever the values: 0.1 for 3 against 3. */
	readonly smallestP: number;
	/** Ways to divide the values into two samples of these sizes. */
	readonly arrangements: number;
}

/** More arrangements than this take too long to list; 13 against 13 values still fit. */
const mostArrangements = 12_000_000;

/** Sums that differ by rounding alone count as equal. */
const relativeTolerance = 1e-12;

/**
 * Exact two-sided permutation test of the difference of two means (Fisher 1935): the part of all divisions of the
 * pooled values, into samples of these sizes, whose means lie at least as far apart as the observed ones. It assumes
 * nothing about the distribution of the values, only that they could be exchanged if there were no effect.
 *
 * @throws RangeError for an empty sample, NaN or infinity, or samples too large to list all divisions
 */
export function permutationTest(first: readonly number[], second: readonly number[]): PermutationTest {
	requireFinite(first);
	requireFinite(second);
	const pooled = [...first, ...second];
	const arrangements = binomial(pooled.length, first.length);
	if (arrangements > mostArrangements) {
		throw new RangeError(
			`sample sizes: expected at most ${mostArrangements} arrangements, got ${first.length} and ${second.length} values with ${arrangements}`,
		);
	}

	// The difference of the means is a rising line in the sum of the first sample: comparing sums is enough.
	const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
	const center = (sum(pooled) * first.length) / pooled.length;
	const scale = sum(pooled.map(Math.abs));
	const observed = Math.abs(sum(first) - center) - scale * relativeTolerance;
	let extreme = 0;
	const choose = (from: number, left: number, total: number): void => {
		if (left === 0) {
			if (Math.abs(total - center) >= observed) extreme++;
			return;
		}

		for (let index = from; index <= pooled.length - left; index++) {
			choose(index + 1, left - 1, total + pooled[index]!);
		}
	};
	choose(0, first.length, 0);
	return { p: extreme / arrangements, smallestP: smallestPValue(first.length, second.length), arrangements };
}

/** With equal sizes each division has a mirror image that is as extreme, so that one of all is out of reach. */
export function smallestPValue(firstCount: number, secondCount: number): number {
	return Math.min(1, (firstCount === secondCount ? 2 : 1) / binomial(firstCount + secondCount, firstCount));
}

/** Ways to choose `chosen` of `count`, exact up to 2^53. */
function binomial(count: number, chosen: number): number {
	let result = 1;
	for (let index = 1; index <= Math.min(chosen, count - chosen); index++) {
		result = Math.round((result * (count - index + 1)) / index);
	}

	return result;
}
