import { contingencyTable } from './contingency-table.ts';

const pairs = (count: number): number => (count * (count - 1)) / 2;

function pairsIn(counts: Iterable<number>): number {
	let sum = 0;
	for (const count of counts) sum += pairs(count);
	return sum;
}

/**
 * Rand index of two labellings, adjusted for chance (Hubert and Arabie, 1985): 1 if they are the same up to
 * names, near 0 for random labels whatever the number of clusters, negative (down to -0.5) if they agree less
 * than chance.
 *
 * @param first label of each item, whole numbers from 0 on
 * @param second label of each item, in the same order
 * @throws RangeError for no items, different lengths, or a label that is negative or no whole number
 */
export function adjustedRandIndex(first: ArrayLike<number>, second: ArrayLike<number>): number {
	const { total, rowCounts, columnCounts, cells } = contingencyTable(first, second);
	const together = pairsIn(cells.map(({ count }) => count));
	const inRows = pairsIn(rowCounts.values());
	const inColumns = pairsIn(columnCounts.values());
	// No pair is apart in one labelling and together in the other: the same partition, also of a single item.
	if (together === inRows && together === inColumns) return 1;
	const expected = (inRows / pairs(total)) * inColumns;
	return (together - expected) / ((inRows + inColumns) / 2 - expected);
}
