import { contingencyTable } from './contingency-table.ts';
import { entropy } from './entropy.ts';

/**
 * Mutual information of two labellings over the arithmetic mean of their entropies, in [0, 1]: 1 if they are
 * the same up to names, 0 if they are independent. The arithmetic mean is what scikit-learn divides by since
 * 0.22 (https://scikit-learn.org/stable/modules/generated/sklearn.metrics.normalized_mutual_info_score.html);
 * numbers with the geometric mean or the maximum are not comparable. It is not adjusted for chance: with many
 * small clusters random labels score well above 0.
 *
 * Two labellings that both put all items together score 1; if only one does, 0.
 *
 * @param first label of each item, whole numbers from 0 on
 * @param second label of each item, in the same order
 * @throws RangeError for no items, different lengths, or a label that is negative or no whole number
 */
export function normalisedMutualInformation(first: ArrayLike<number>, second: ArrayLike<number>): number {
	const { total, rowCounts, columnCounts, cells } = contingencyTable(first, second);
	const [rows, columns] = [rowCounts.size, columnCounts.size];
	if (rows === 1 || columns === 1) return rows === columns ? 1 : 0;
	let information = 0;
	for (const { row, column, count } of cells) {
		const expected = (rowCounts.get(row)! * columnCounts.get(column)!) / total;
		information += (count / total) * Math.log(count / expected);
	}
	const mean = (entropy(rowCounts.values()) + entropy(columnCounts.values())) / 2;
	return Math.min(1, Math.max(0, information / mean));
}
