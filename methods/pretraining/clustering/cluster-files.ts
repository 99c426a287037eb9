import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../../harness/errors.ts';
import { readNpy, writeNpy } from '../../../harness/tensor/npy-file.ts';
import { writeFileAtomically } from '../../../harness/write-atomically.ts';
import type { Clustering } from './cluster-features.ts';

const clustersFile = 'clusters.npy';
const centresFile = 'cluster-centres.npy';
const descriptionFile = 'clusters.json';

const schema = z.strictObject({
	schemaVersion: z.literal(1),
	/** Training images, in the order of the data set. */
	images: z.number().int().positive(),
	clusters: z.number().int().positive(),
	/** Length of a feature vector. */
	dimension: z.number().int().positive(),
	/** Images of each cluster. */
	perCluster: z.array(z.number().int().min(0)),
	/** Sum of the squared distances of the images from their centres. */
	inertia: z.number().min(0),
	/** Mini-batches of the restart that was kept. */
	iterations: z.number().int().positive(),
	/** SHA-256 of the clusters as little-endian int32. */
	clustersDigest: z.string(),
	/** SHA-256 of the centres as little-endian float32. */
	centresDigest: z.string(),
	/** Options of the clustering as used. */
	settings: z.record(z.string(), z.json()),
	/** Where the features come from. */
	provenance: z.record(z.string(), z.json()),
});

type Json = z.infer<ReturnType<typeof z.json>>;

/** Clusters of all training images, as stored. */
export interface StoredClusters {
	/** Number of clusters K: the classes of a network that is trained with them. */
	readonly clusters: number;
	/** Cluster of each image, [images], each in [0, K). */
	readonly assignments: Int32Array;
	/** Part of the images in each cluster, [K]: p(y) of the fakes, for `labelSampler`. */
	readonly histogram: Float64Array;
	/** Images of each cluster, [K]. */
	readonly perCluster: readonly number[];
	/** [K, dimension], row-major. */
	readonly centres: Float32Array;
	readonly dimension: number;
	readonly inertia: number;
	readonly clustersDigest: string;
	readonly provenance: Readonly<Record<string, Json>>;
}

const digestOf = (values: Int32Array | Float32Array): string =>
	createHash('sha256')
		.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
		.digest('hex');

function countImages(assignments: Int32Array, clusters: number): number[] {
	const counts = new Array<number>(clusters).fill(0);
	for (const cluster of assignments) counts[cluster]++;
	return counts;
}

/**
 * Writes `clusters.npy` (int32 [images]), `cluster-centres.npy` (float32 [K, d]) and, last, `clusters.json`
 * with counts, digests, options and provenance: files without it are not finished.
 *
 * @param provenance plain JSON: digest of the data set, fingerprint of the feature extractor, quality if
 * known
 * @throws EnvironmentError if a file cannot be written
 */
export function writeClusterFiles(
	folder: string,
	clustering: Clustering,
	provenance: Readonly<Record<string, unknown>>,
): void {
	const { assignments, centres, inertia, iterations, settings } = clustering;
	const { clusters } = settings;
	const dimension = centres.length / clusters;
	writeNpy(path.join(folder, clustersFile), {
		shape: [assignments.length],
		type: 'int32',
		parts: [assignments],
	});
	writeNpy(path.join(folder, centresFile), {
		shape: [clusters, dimension],
		type: 'float32',
		parts: [centres],
	});
	const description = schema.parse({
		schemaVersion: 1,
		images: assignments.length,
		clusters,
		dimension,
		perCluster: countImages(assignments, clusters),
		inertia,
		iterations,
		clustersDigest: digestOf(assignments),
		centresDigest: digestOf(centres),
		settings,
		provenance,
	});
	writeFileAtomically(
		path.join(folder, descriptionFile),
		`${JSON.stringify(description, undefined, '\t')}\n`,
	);
}

/**
 * The clusters that `writeClusterFiles` left in a folder.
 *
 * @throws UsageError if a file is missing, malformed, or not the one that was described
 */
export function readClusterFiles(folder: string): StoredClusters {
	const refuse = (problem: string, cause?: unknown): never => {
		throw new UsageError(
			`${folder}: no cluster files: ${problem}`,
			'delete that folder and cluster the images again',
			cause,
		);
	};
	let parsed: unknown;
	try {
		parsed = JSON.parse(readFileSync(path.join(folder, descriptionFile), 'utf8'));
	} catch (error) {
		refuse(`${descriptionFile} cannot be read (${(error as Error).message})`, error);
	}
	const checked = schema.safeParse(parsed);
	if (!checked.success) {
		return refuse(`${descriptionFile}: ${z.prettifyError(checked.error)}`, checked.error);
	}
	const { images, clusters, dimension, perCluster, inertia, clustersDigest, centresDigest, provenance } =
		checked.data;
	const readArray = (name: string, shape: readonly number[], digest: string) => {
		const { shape: found, values } = readNpy(path.join(folder, name));
		if (`${found}` !== `${shape}`) refuse(`${name} has shape [${found}], expected [${shape}]`);
		if (digestOf(values) !== digest) refuse(`${name} is not the file that ${descriptionFile} describes`);
		return values;
	};
	const assignments = readArray(clustersFile, [images], clustersDigest);
	const centres = readArray(centresFile, [clusters, dimension], centresDigest);
	if (!(assignments instanceof Int32Array)) return refuse(`${clustersFile} does not hold int32 values`);
	if (!(centres instanceof Float32Array)) return refuse(`${centresFile} does not hold float32 values`);
	if (assignments.some(cluster => cluster < 0 || cluster >= clusters)) {
		refuse(`${clustersFile} holds clusters outside of 0 to ${clusters - 1}`);
	}
	if (`${countImages(assignments, clusters)}` !== `${perCluster}`) {
		refuse(`${descriptionFile} counts other images in the clusters than ${clustersFile} has`);
	}
	const histogram = Float64Array.from(perCluster, count => count / images);
	return {
		clusters,
		assignments,
		histogram,
		perCluster,
		centres,
		dimension,
		inertia,
		clustersDigest,
		provenance,
	};
}
