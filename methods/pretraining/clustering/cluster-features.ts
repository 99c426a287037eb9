import { setImmediate as nextTurn } from 'node:timers/promises';
import { createStream } from '../../../harness/tensor/random.ts';
import { type Assignment, assignRowsFillingClusters } from './assign-rows.ts';
import { type FeatureRows, gatherRows } from './feature-rows.ts';
import { miniBatches } from './mini-batches.ts';
import { createMovingCentres, moveCentres, reseedEmptyCentres } from './move-centres.ts';
import { type CentreSearch, openCentreSearch } from './nearest-centres.ts';
import { type ClusterOptions, type ClusterSettings, clusterSettings } from './options.ts';
import { drawSpreadStart } from './spread-start.ts';
import { unitRows } from './unit-rows.ts';

export interface Clustering {
	/** [K, d] row-major, float32; of the scaled features with `normalise`. */
	readonly centres: Float32Array;
	/** Cluster of each image, in [0, K): the label that replaces its class. */
	readonly assignments: Int32Array;
	/** Part of the images in each cluster, [K], sum 1: p(y) of the fakes. */
	readonly histogram: Float64Array;
	/** Sum over all images of the squared distance from their centre. */
	readonly inertia: number;
	/** Mini-batches of the restart that was kept. */
	readonly iterations: number;
	/** Restart that was kept, from 0. */
	readonly restart: number;
	/** Clusters without images: only where there are fewer different images than clusters, or nearly so. */
	readonly emptyClusters: number;
	/** All options with their defaults, as used. */
	readonly settings: ClusterSettings;
}

export interface ClusteringProgress {
	/** Part of the work that is done, in (0, 1]. */
	readonly fraction: number;
	/** The same for people. */
	readonly text: string;
}

// Mini-batches between two looks at the inertia.
const checkInterval = 20;
// Part of a restart's progress that the mini-batches make up; assigning all images is the rest.
const batchesShare = 0.9;

/**
 * Rows after which a centre that was nearest to none of them counts as empty. A cluster with a tenth of its
 * fair share of the rows is missed by chance once in e^10.
 */
const patienceRows = (clusters: number, rows: number): number => Math.min(rows, 100 * clusters);

const sumOf = (values: Float32Array): number => {
	let sum = 0;
	for (const value of values) sum += value;
	return sum;
};

async function findCentres(
	features: FeatureRows,
	settings: ClusterSettings,
	restart: number,
	search: CentreSearch,
	report: (iteration: number, inertiaPerRow: number) => void,
): Promise<{ centres: Float32Array; iterations: number }> {
	const { count, dimension } = features;
	const { clusters, iterations, tolerance, startRows, seed } = settings;
	const stream = createStream(seed, 'clustering', restart, 'start');
	const sample = gatherRows(features, stream.permutation(count).slice(0, startRows));
	const places = new Float32Array(clusters * dimension);
	for (const [centre, row] of drawSpreadStart(sample, dimension, clusters, stream).entries()) {
		places.set(sample.subarray(row * dimension, (row + 1) * dimension), centre * dimension);
	}
	const centres = createMovingCentres(places, dimension);
	const sampleInertia = (): number => sumOf(search.squaredDistances(sample));

	const batches = miniBatches(features, settings, restart);
	search.place(places);
	let lastInertia = sampleInertia();
	let iteration = 0;
	while (iteration < iterations) {
		const batch = batches.next().value;
		const centreOf = search.nearest(batch);
		moveCentres(centres, batch, centreOf);
		const reseeded = reseedEmptyCentres(centres, batch, centreOf, patienceRows(clusters, count));
		search.place(new Float32Array(centres.values));
		iteration += 1;
		if (iteration % checkInterval === 0) {
			const inertia = sampleInertia();
			report(iteration, inertia / startRows);
			await nextTurn();
			const gained = lastInertia - inertia;
			lastInertia = inertia;
			if (tolerance > 0 && reseeded === 0 && gained <= tolerance * inertia) break;
		}
	}
	return { centres: new Float32Array(centres.values), iterations: iteration };
}

/**
 * Mini-batch k-means on feature vectors (§3.1 of the paper, CLUSTERING: the images' cluster numbers stand in
 * for their classes): Sculley's algorithm from a k-means++ start, then one reading of all features that
 * assigns every image to its nearest centre. Equal features and options give the same clusters on the same
 * machine and library, whether the features are in memory or are read in batches of whatever size.
 *
 * Memory: one batch, `startRows` rows, the centres, and 12 bytes an image.
 *
 * @param features n rows of length d, in memory (`featureRowsFromArray`) or in batches that can be read
 * repeatedly
 * @param onProgress called every 20 mini-batches and when a restart is done
 * @throws UsageError if an option is out of range, or there are more clusters than rows
 * @throws RunFailedError for NaN or infinity, naming the image
 */
export async function clusterFeatures(
	features: FeatureRows,
	options: ClusterOptions,
	onProgress: (progress: ClusteringProgress) => void = () => {},
): Promise<Clustering> {
	const settings = clusterSettings(options, features.count);
	const { iterations: mostIterations, restarts, normalise } = settings;
	const source = normalise ? unitRows(features) : features;
	let best: (Assignment & { centres: Float32Array; iterations: number; restart: number }) | undefined;
	const search = openCentreSearch(features.dimension);
	try {
		for (let restart = 0; restart < restarts; restart++) {
			const start = restarts > 1 ? `start ${restart + 1}/${restarts}, ` : '';
			const found = await findCentres(source, settings, restart, search, (iteration, inertiaPerRow) =>
				onProgress({
					fraction: (restart + (batchesShare * iteration) / mostIterations) / restarts,
					text: `${start}batch ${iteration}/${mostIterations}, mean squared distance ${inertiaPerRow.toPrecision(5)}`,
				}),
			);
			const assignment = assignRowsFillingClusters(source, found.centres, search);
			if (!best || assignment.inertia < best.inertia) best = { ...assignment, ...found, restart };
			const mean = (assignment.inertia / features.count).toPrecision(5);
			onProgress({
				fraction: (restart + 1) / restarts,
				text: `${start}${features.count} images assigned, mean squared distance ${mean}`,
			});
			await nextTurn();
		}
	} finally {
		search.dispose();
	}
	const { centres, assignments, counts, inertia, iterations, restart } = best!;
	return {
		centres,
		assignments,
		histogram: counts.map(count => count / features.count),
		inertia,
		iterations,
		restart,
		emptyClusters: counts.filter(count => count === 0).length,
		settings,
	};
}
