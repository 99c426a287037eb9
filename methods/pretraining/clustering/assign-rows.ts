import { type FeatureRows, gatherRows, readAllRows } from './feature-rows.ts';
import { type CentreSearch, distancesFromOwnCentre } from './nearest-centres.ts';
import { planSplits, splitStep } from './plan-splits.ts';

/** All rows with their clusters. */
export interface Assignment {
	/** Cluster of each row, in [0, K). */
	readonly assignments: Int32Array;
	/** Rows of each cluster, [K]. */
	readonly counts: Float64Array;
	/** Squared distance of each row from its centre. */
	readonly squaredDistances: Float64Array;
	/** Sum of the squared distances. */
	readonly inertia: number;
}

/**
 * The nearest centre of every row, in one reading of the features, with memory for one batch.
 *
 * @param search of the dimension of the features; the centres are placed in it
 */
export function assignRows(features: FeatureRows, centres: Float32Array, search: CentreSearch): Assignment {
	const { count, dimension } = features;
	const assignments = new Int32Array(count);
	const counts = new Float64Array(centres.length / dimension);
	const squaredDistances = new Float64Array(count);
	let inertia = 0;
	search.place(centres);
	readAllRows(features, (values, firstRow) => {
		const centreOf = search.nearest(values);
		const distances = distancesFromOwnCentre(values, centreOf, centres, dimension);
		assignments.set(centreOf, firstRow);
		squaredDistances.set(distances, firstRow);
		for (const centre of centreOf) counts[centre] += 1;
		for (const distance of distances) inertia += distance;
	});
	return { assignments, counts, squaredDistances, inertia };
}

const largestRounds = 10;

/**
 * `assignRows`, and as long as a cluster has no rows, its centre takes over a part of the cluster with the
 * most inertia (see `planSplits`) and all rows are assigned again: up to ten times, or until all rows lie on
 * their centres, when there are fewer different rows than clusters. The step towards the far row doubles from
 * round to round until the centre lies on that row, which then is its own. Each round lowers the inertia.
 *
 * @param centres [K, d], row-major; changed in place where a centre gets a new place
 */
export function assignRowsFillingClusters(
	features: FeatureRows,
	centres: Float32Array,
	search: CentreSearch,
): Assignment {
	const { dimension } = features;
	let assignment = assignRows(features, centres, search);
	for (let round = 0; round < largestRounds; round++) {
		const { assignments, counts, squaredDistances } = assignment;
		const empty = [...counts.keys()].filter(cluster => counts[cluster] === 0);
		const splits = planSplits(assignments, squaredDistances, counts.length, empty.length);
		if (splits.length === 0) break;
		const rows = gatherRows(
			features,
			Uint32Array.from(splits, ({ row }) => row),
		);
		const step = Math.min(1, splitStep * 2 ** round);
		for (const [position, { cluster }] of splits.entries()) {
			for (let index = 0; index < dimension; index++) {
				const from = centres[cluster * dimension + index];
				centres[empty[position] * dimension + index] =
					from + step * (rows[position * dimension + index] - from);
			}
		}
		assignment = assignRows(features, centres, search);
	}
	return assignment;
}
