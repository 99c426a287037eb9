import { distancesFromOwnCentre } from './nearest-centres.ts';
import { planSplits, splitStep } from './plan-splits.ts';

/** What mini-batch k-means changes from batch to batch. */
export interface MovingCentres {
	readonly dimension: number;
	/** [K, d], row-major; float64, because steps become as small as one over the number of rows seen. */
	readonly values: Float64Array;
	/** Rows that each centre is the mean of. */
	readonly counts: Float64Array;
	/** Rows seen since a row was nearest to each centre. */
	readonly rowsWithout: Float64Array;
}

/**
 * Centres at the given places, [K, d]. The first row that is nearest to one replaces it: its count starts at
 * 0.
 */
export function createMovingCentres(places: Float32Array, dimension: number): MovingCentres {
	const clusters = places.length / dimension;
	return {
		dimension,
		values: new Float64Array(places),
		counts: new Float64Array(clusters),
		rowsWithout: new Float64Array(clusters),
	};
}

/**
 * One step of mini-batch k-means (Sculley, "Web-scale k-means clustering", 2010, algorithm 1): each row draws
 * its centre c nearer with a rate of one over the number of rows that ever were nearest to that centre,
 *
 *     v_c ← v_c + 1,  c ← (1 - 1 / v_c) c + (1 / v_c) x
 *
 * so that c is the mean of all of them.
 *
 * @param rows float32 [b, d], row-major
 * @param centreOf nearest centre of each row, found before any centre moves
 */
export function moveCentres(centres: MovingCentres, rows: Float32Array, centreOf: Int32Array): void {
	const { dimension, values, counts, rowsWithout } = centres;
	for (let centre = 0; centre < counts.length; centre++) rowsWithout[centre] += centreOf.length;
	for (let row = 0; row < centreOf.length; row++) {
		const centre = centreOf[row];
		counts[centre] += 1;
		rowsWithout[centre] = 0;
		const rate = 1 / counts[centre];
		const place = values.subarray(centre * dimension, (centre + 1) * dimension);
		const drawing = rows.subarray(row * dimension, (row + 1) * dimension);
		for (let index = 0; index < place.length; index++) place[index] += rate * (drawing[index] - place[index]);
	}
}

// Rows that the two centres of a split cluster count at most: enough for a steady mean, few enough to part soon.
const largestCountAfterSplit = 200;

/**
 * Gives a new place to every centre that was nearest to none of the last `patienceRows` rows: it takes over a
 * part of the cluster with the most inertia, see `planSplits`. Both then count half the rows of that cluster,
 * at most 200. A centre stays where it is if all rows of the batch lie on their centres.
 *
 * @param rows the batch that `moveCentres` has just seen, with the same `centreOf`
 * @returns number of centres that got a new place
 */
export function reseedEmptyCentres(
	centres: MovingCentres,
	rows: Float32Array,
	centreOf: Int32Array,
	patienceRows: number,
): number {
	const { dimension, values, counts, rowsWithout } = centres;
	const empty = [...rowsWithout.keys()].filter(centre => rowsWithout[centre] >= patienceRows);
	if (empty.length === 0) return 0;
	const distances = distancesFromOwnCentre(rows, centreOf, values, dimension);
	const splits = planSplits(centreOf, distances, counts.length, empty.length);
	for (const [position, { cluster, row }] of splits.entries()) {
		const centre = empty[position];
		for (let index = 0; index < dimension; index++) {
			const from = values[cluster * dimension + index];
			values[centre * dimension + index] = from + splitStep * (rows[row * dimension + index] - from);
		}
		counts[cluster] = Math.min(counts[cluster] / 2, largestCountAfterSplit);
		counts[centre] = counts[cluster];
		rowsWithout[centre] = 0;
	}
	return splits.length;
}
