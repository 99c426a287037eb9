import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../tensor/tensorflow.ts';
import { type FeatureSet, featureBlocks } from './feature-set.ts';
import { squaredDistances } from './squared-distances.ts';
import type { Steps } from './steps.ts';

/** Rows of a block: a tile of distances takes 4 MiB a thousand rows squared, its float64 steps six times that. */
export const defaultBlockRows = 2048;

export interface NeighbourOptions {
	/** Rows that are compared at a time, default 2048. Bounds memory; the result does not depend on it. */
	readonly blockRows?: number;
	/** Called with the part that is done, (0, 1]. */
	readonly onProgress?: (fraction: number) => void;
}

/** The mean of the first block: near enough to every row for `squaredDistances`. The caller disposes it. */
export function centerOf(set: FeatureSet): Tensor1D {
	for (const batch of set.batches()) {
		const center = tf.mean(batch, 0) as Tensor1D;
		batch.dispose();
		return center;
	}
	return tf.zeros([set.dimension]);
}

/** The `wanted` smallest values of each row of both, ascending; disposes the running ones. */
function mergeSmallest(running: Tensor2D | undefined, found: Tensor2D, wanted: number): Tensor2D {
	const merged = tf.tidy(() => {
		const all = running ? (tf.concat([running, found], 1) as Tensor2D) : found;
		return tf.neg(tf.topk(tf.neg(all), Math.min(wanted, all.shape[1]), true).values) as Tensor2D;
	});
	running?.dispose();
	return merged;
}

/**
 * Squared distance from each row to its k-th nearest other row of the same set: the radii of the balls that
 * precision, recall, density and coverage are made of. Reads the set once for each block and once more; every
 * pair is computed once. A step is a tile.
 *
 * @param neighbours k, at most the number of rows - 1
 * @returns n squared distances
 */
export function* squaredNeighbourRadiiSteps(
	set: FeatureSet,
	neighbours: number,
	options: NeighbourOptions = {},
): Steps<Float32Array> {
	const { blockRows = defaultBlockRows, onProgress } = options;
	const blocks = Math.ceil(set.count / blockRows);
	const tiles = (blocks * (blocks + 1)) / 2;
	// Each row finds itself, too, at distance zero: no other row is nearer.
	const wanted = neighbours + 1;
	const nearest: Array<Tensor2D | undefined> = [];
	const center = centerOf(set);
	let done = 0;
	try {
		for (const { rows, firstRow } of featureBlocks(set, blockRows)) {
			const row = firstRow / blockRows;
			for (const { rows: columns, firstRow: firstColumn } of featureBlocks(set, blockRows)) {
				yield;
				const column = firstColumn / blockRows;
				if (column < row) continue;
				const distances = squaredDistances(rows, columns, center);
				nearest[row] = mergeSmallest(nearest[row], distances, wanted);
				if (column > row) {
					const turned = tf.transpose(distances) as Tensor2D;
					nearest[column] = mergeSmallest(nearest[column], turned, wanted);
					turned.dispose();
				}
				distances.dispose();
				done += 1;
				onProgress?.(done / tiles);
			}
		}
		return tf.tidy(
			() =>
				tf
					.concat(nearest as Tensor[], 0)
					.slice([0, neighbours], [-1, 1])
					.dataSync() as Float32Array,
		);
	} finally {
		center.dispose();
		for (const tensor of nearest) tensor?.dispose();
	}
}
