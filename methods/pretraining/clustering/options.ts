import { z } from 'zod';
import { UsageError } from '../../../harness/errors.ts';

/** How features are clustered. The paper gives the algorithm and the number of clusters; the rest is ours. */
export interface ClusterOptions {
	/**
	 * Number of clusters K, from 1 to the number of rows. The paper tries 50, 100, 200, 500, 1000 and keeps 50.
	 */
	readonly clusters: number;
	/** Seed of all draws, in [1, 2^31 - 1]. */
	readonly seed: number;
	/**
	 * Independent starts, of which the one with the least inertia is kept. Default 1: the paper speaks of none.
	 */
	readonly restarts?: number;
	/** Rows of a mini-batch, at most all rows. Default 1024; Sculley (2010) uses 1000. */
	readonly batchRows?: number;
	/** Largest number of mini-batches. Default 1000. */
	readonly iterations?: number;
	/**
	 * Ends early when 20 mini-batches lower the inertia of the rows that the start was made from by less than
	 * this part of it. Default 0.0001; 0 makes all iterations.
	 */
	readonly tolerance?: number;
	/** Rows drawn for the start, at least K, at most all rows. Default the larger of 4096 and 10 · K. */
	readonly startRows?: number;
	/**
	 * Scale every feature vector to length 1 before anything else. Default false: the paper clusters "the
	 * representation" and names no scaling. With true, cosine similarity decides instead of Euclidean distance.
	 */
	readonly normalise?: boolean;
	/** Memory in MiB for mini-batches read ahead from features that can only be read in order. Default 512. */
	readonly memoryMebibytes?: number;
}

export type ClusterSettings = Required<ClusterOptions>;

const positiveInteger = z.number().int().positive();

const schema = z.strictObject({
	clusters: positiveInteger,
	seed: positiveInteger.max(2 ** 31 - 1),
	restarts: positiveInteger.default(1),
	batchRows: positiveInteger.default(1024),
	iterations: positiveInteger.default(1000),
	tolerance: z.number().min(0).lt(1).default(0.0001),
	startRows: positiveInteger.optional(),
	normalise: z.boolean().default(false),
	memoryMebibytes: z.number().positive().default(512),
});

/**
 * All options with their defaults, cut to the number of rows.
 *
 * @param rows number of feature vectors
 * @throws UsageError naming every option that is out of range, or if there are more clusters than rows
 */
export function clusterSettings(options: ClusterOptions, rows: number): ClusterSettings {
	const parsed = schema.safeParse(options);
	if (!parsed.success) {
		throw new UsageError(`clustering options: ${z.prettifyError(parsed.error)}`, undefined, parsed.error);
	}
	const { clusters, batchRows, startRows = Math.max(4096, 10 * clusters), ...others } = parsed.data;
	if (clusters > rows) {
		throw new UsageError(
			`clusters: expected at most as many as there are images, ${rows}, got ${clusters}`,
			'ask for fewer clusters, or give more images',
		);
	}
	if (startRows < clusters) {
		throw new UsageError(
			`startRows: expected at least the number of clusters, ${clusters}, got ${startRows}`,
			'leave startRows out for a default that fits',
		);
	}
	return {
		...others,
		clusters,
		batchRows: Math.min(batchRows, rows),
		startRows: Math.min(startRows, rows),
	};
}
