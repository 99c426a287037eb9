import { adjustedRandIndex } from '../../../harness/statistics/adjusted-rand-index.ts';
import { contingencyTable } from '../../../harness/statistics/contingency-table.ts';
import { normalisedMutualInformation } from '../../../harness/statistics/normalised-mutual-information.ts';
import { purity } from '../../../harness/statistics/purity.ts';

/** One cluster beside the true classes. */
export interface ClusterSummary {
	readonly cluster: number;
	/** Images in it, at least 1. */
	readonly images: number;
	/** Its most frequent class, the smallest of equally frequent ones. */
	readonly majorityClass: number;
	/** Part of its images that are of that class, in (0, 1]. */
	readonly majorityShare: number;
}

/** How well clusters match the true classes. Clustering itself never sees the classes. */
export interface ClusterQuality {
	/** Part of the images that are of their cluster's most frequent class, in (0, 1]; see `purity`. */
	readonly purity: number;
	/** Mutual information over the mean entropy, in [0, 1]; see `normalisedMutualInformation`. */
	readonly normalisedMutualInformation: number;
	/** Rand index adjusted for chance: 0 for random clusters, 1 for the classes; see `adjustedRandIndex`. */
	readonly adjustedRandIndex: number;
	/** The clusters that have images, the largest first. */
	readonly clusters: readonly ClusterSummary[];
}

/**
 * Compares clusters with true classes.
 *
 * @param assignments cluster of each image
 * @param trueLabels class of each image, in the same order
 * @throws RangeError for no images, different lengths, or a negative label (−1 for "no label" among them)
 */
export function describeClusters(
	assignments: ArrayLike<number>,
	trueLabels: ArrayLike<number>,
): ClusterQuality {
	const { rowCounts, cells } = contingencyTable(assignments, trueLabels);
	const majority = new Map<number, { column: number; count: number }>();
	for (const { row, column, count } of cells) {
		const best = majority.get(row);
		if (!best || count > best.count || (count === best.count && column < best.column)) {
			majority.set(row, { column, count });
		}
	}
	const clusters = [...rowCounts].map(([cluster, images]) => {
		const { column, count } = majority.get(cluster)!;
		return { cluster, images, majorityClass: column, majorityShare: count / images };
	});
	return {
		purity: purity(assignments, trueLabels),
		normalisedMutualInformation: normalisedMutualInformation(assignments, trueLabels),
		adjustedRandIndex: adjustedRandIndex(assignments, trueLabels),
		clusters: clusters.sort((a, b) => b.images - a.images || a.cluster - b.cluster),
	};
}
