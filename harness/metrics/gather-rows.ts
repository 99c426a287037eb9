import { type FeatureSet, featureBatches } from './feature-set.ts';

/**
 * The features of several selections of rows, read in one pass over the set.
 *
 * @param selections row numbers of each selection, ascending; a row may be in several selections
 * @returns float32 values of each selection, row-major [rows, d]
 * @throws as `featureBatches`
 */
export function gatherRows(set: FeatureSet, selections: readonly Uint32Array[]): Float32Array[] {
	const { dimension } = set;
	const gathered = selections.map(rows => new Float32Array(rows.length * dimension));
	const next = selections.map(() => 0);
	for (const { rows: batch, firstRow } of featureBatches(set)) {
		const end = firstRow + batch.shape[0];
		const values = batch.dataSync();
		selections.forEach((rows, selection) => {
			for (; next[selection] < rows.length && rows[next[selection]] < end; next[selection]++) {
				const from = (rows[next[selection]] - firstRow) * dimension;
				gathered[selection].set(values.subarray(from, from + dimension), next[selection] * dimension);
			}
		});
	}
	return gathered;
}
