/** A cluster to be split, and the row towards which its second centre goes. */
export interface Split {
	readonly cluster: number;
	readonly row: number;
}

/**
 * Part of the way from the centre of a split cluster to its farthest row at which the second centre starts.
 */
export const splitStep = 0.1;

/**
 * Which clusters to split so that centres without rows get some: the one with the most inertia, towards its
 * farthest row; its inertia then counts half, and the next is chosen.
 *
 * Not the far rows themselves: in the thousands of dimensions of a feature network most of a row's distance
 * is its own, so that a centre on a single row is nearer to no other row than centres that are means. A
 * centre `splitStep` of the way is nearer to about half the rows of the cluster.
 *
 * @param clusterOf cluster of each row
 * @param squaredDistances of each row from its centre
 * @param clusters K
 * @param wanted number of splits
 * @returns at most `wanted` splits, no row twice; none where all rows lie on their centres
 */
export function planSplits(
	clusterOf: Int32Array,
	squaredDistances: Float64Array,
	clusters: number,
	wanted: number,
): Split[] {
	const inertias = new Float64Array(clusters);
	for (const [row, cluster] of clusterOf.entries()) inertias[cluster] += squaredDistances[row];
	const used = new Set<number>();
	const splits: Split[] = [];
	while (splits.length < wanted) {
		let cluster = 0;
		for (let other = 1; other < clusters; other++) if (inertias[other] > inertias[cluster]) cluster = other;
		if (inertias[cluster] === 0) break;
		let farthest = -1;
		for (const [row, own] of clusterOf.entries()) {
			if (own !== cluster || squaredDistances[row] === 0 || used.has(row)) continue;
			if (farthest === -1 || squaredDistances[row] > squaredDistances[farthest]) farthest = row;
		}
		if (farthest === -1) {
			inertias[cluster] = 0;
			continue;
		}
		used.add(farthest);
		splits.push({ cluster, row: farthest });
		inertias[cluster] /= 2;
	}
	return splits;
}
