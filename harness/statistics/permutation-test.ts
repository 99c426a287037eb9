import { createStream } from '../tensor/random.ts';
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

/**
 * The same test by random divisions, for samples too large to list them all; never 0, and never below the truth by
 * more than chance (Phipson and Smyth 2010).
 *
 * @param options.seed of the divisions, in [1, 2^31 - 1]
 * @param options.draws default 10,000
 */
export function randomPermutationTest(
	first: readonly number[],
	second: readonly number[],
	{ seed, draws = 10_000 }: { readonly seed: number; readonly draws?: number },
): PermutationTest {
	requireFinite(first);
	requireFinite(second);
	const pooled = Float64Array.from([...first, ...second]);
	const stream = createStream(seed, 'permutation-test');
	const sumOfFirst = (): number => {
		let sum = 0;
		for (let index = 0; index < first.length; index++) sum += pooled[index]!;
		return sum;
	};
	const total = pooled.reduce((sum, value) => sum + value, 0);
	const center = (total * first.length) / pooled.length;
	const scale = pooled.reduce((sum, value) => sum + Math.abs(value), 0);
	const observed = Math.abs(sumOfFirst() - center) - scale * relativeTolerance;
	let extreme = 0;
	for (let draw = 0; draw < draws; draw++) {
		// The first part of a Fisher-Yates shuffle: a random sample without replacement.
		for (let index = 0; index < first.length; index++) {
			const other = index + stream.integer(pooled.length - index);
			[pooled[index], pooled[other]] = [pooled[other]!, pooled[index]!];
		}

		if (Math.abs(sumOfFirst() - center) >= observed) extreme++;
	}

	return { p: (extreme + 1) / (draws + 1), smallestP: 1 / (draws + 1), arrangements: draws };
}

/** Whether the exact test lists at most this many divisions. */
export function canListAll(firstCount: number, secondCount: number, most = mostArrangements): boolean {
	return binomial(firstCount + secondCount, firstCount) <= most;
}
