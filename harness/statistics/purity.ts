import { contingencyTable } from './contingency-table.ts';

/**
 * Purity of a clustering: the part of the items whose class is the most frequent one of their cluster, in (0,
 * 1]. It rises with the number of clusters and is 1 when every item has a cluster of its own, so compare it
 * only between clusterings of equal size (Manning, Raghavan and Schütze, 2008, section 16.3).
 *
 * @param clusters cluster of each item, whole numbers from 0 on
 * @param classes class of each item, in the same order
 * @throws RangeError for no items, different lengths, or a label that is negative or no whole number
 */
export function purity(clusters: ArrayLike<number>, classes: ArrayLike<number>): number {
	const { total, cells } = contingencyTable(clusters, classes);
	const largest = new Map<number, number>();
	for (const { row, count } of cells) largest.set(row, Math.max(largest.get(row) ?? 0, count));
	let majority = 0;
	for (const count of largest.values()) majority += count;
	return majority / total;
}
