import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { UsageError } from '../errors.ts';
import { tf } from '../tensor/tensorflow.ts';
import { type FeatureSet, featureBlocks, requireComparable } from './feature-set.ts';
import { centerOf, defaultBlockRows, type NeighbourOptions } from './neighbour-distances.ts';
import { squaredDistances } from './squared-distances.ts';
import { type Steps, toEnd } from './steps.ts';

export interface NearestImages {
	/** For each generated image, the row of the training image nearest to it; the first of equal ones. */
	readonly indices: Uint32Array;
	/** Euclidean distance to that training image, in features. */
	readonly distances: Float32Array;
}

export interface Duplicates extends NearestImages {
	/** Distance below which a generated image counts as a copy. */
	readonly threshold: number;
	/** Part of the generated images that are copies, [0, 1]. */
	readonly share: number;
	/** Rows of the generated images that are copies, the nearest first. */
	readonly copies: Uint32Array;
}

/**
 * The nearest training image of every generated image, by distance of features. Streams both sets in tiles; the
 * training set is read once for each block of generated images. A step is a tile.
 *
 * @throws UsageError for different dimensions or an empty set
 * @throws RunFailedError for NaN or infinity, naming the image
 */
export function* nearestTrainingImagesSteps(
	training: FeatureSet,
	generated: FeatureSet,
	options: NeighbourOptions = {},
): Steps<NearestImages> {
	const { blockRows = defaultBlockRows, onProgress } = options;
	requireComparable(training, generated, 1);
	const indices = new Uint32Array(generated.count);
	const squares = new Float32Array(generated.count).fill(Number.POSITIVE_INFINITY);
	const center = centerOf(training);
	try {
		for (const { rows, firstRow } of featureBlocks(generated, blockRows)) {
			for (const { rows: columns, firstRow: firstColumn } of featureBlocks(training, blockRows)) {
				yield;
				const [nearest, where] = nearestOf(squaredDistances(rows, columns, center));
				for (let index = 0; index < nearest.length; index++) {
					if (nearest[index] < squares[firstRow + index]) {
						squares[firstRow + index] = nearest[index];
						indices[firstRow + index] = firstColumn + where[index];
					}
				}
				const compared = firstRow * training.count + rows.shape[0] * (firstColumn + columns.shape[0]);
				onProgress?.(compared / (generated.count * training.count));
			}
		}
	} finally {
		center.dispose();
	}
	return { indices, distances: squares.map(Math.sqrt) };
}

/** The images of `nearestTrainingImagesSteps`, without a pause. */
export const nearestTrainingImages = (
	...parameters: Parameters<typeof nearestTrainingImagesSteps>
): NearestImages => toEnd(nearestTrainingImagesSteps(...parameters));

/** Smallest value of each row and its column; disposes the tile. */
function nearestOf(distances: Tensor2D): [Float32Array, Int32Array] {
	try {
		return tf.tidy(() => [
			tf.min(distances, 1).dataSync() as Float32Array,
			tf.argMin(distances, 1).dataSync() as Int32Array,
		]);
	} finally {
		distances.dispose();
	}
}

/**
 * A distance that few honest images come under: the given quantile of the distances from real images that were
 * not trained on to their nearest training image. A generator without memory has about that share of "copies".
 *
 * @param heldOut real images outside the training set, such as the test split
 * @param options.quantile in (0, 1), default 0.01
 */
export function* copyThresholdSteps(
	training: FeatureSet,
	heldOut: FeatureSet,
	options: NeighbourOptions & { readonly quantile?: number } = {},
): Steps<number> {
	const { quantile = 0.01 } = options;
	if (!(quantile > 0 && quantile < 1)) {
		throw new UsageError(`quantile: expected a number between 0 and 1, got ${quantile}`);
	}
	const { distances } = yield* nearestTrainingImagesSteps(training, heldOut, options);
	return distances.sort()[Math.floor(quantile * distances.length)];
}

/**
 * Generated images that are copies of training images.
 *
 * @param options.threshold distance in features below which an image is a copy; `copyThresholdSteps` finds one
 * @throws UsageError as `nearestTrainingImagesSteps`, and for a threshold that is no number above 0
 */
export function* findDuplicatesSteps(
	training: FeatureSet,
	generated: FeatureSet,
	options: NeighbourOptions & { readonly threshold: number },
): Steps<Duplicates> {
	const { threshold } = options;
	if (!(threshold > 0)) throw new UsageError(`threshold: expected a distance above 0, got ${threshold}`);
	const { indices, distances } = yield* nearestTrainingImagesSteps(training, generated, options);
	const copies = Uint32Array.from(
		[...distances.keys()]
			.filter(row => distances[row] < threshold)
			.sort((a, b) => distances[a] - distances[b] || a - b),
	);
	return { indices, distances, threshold, share: copies.length / generated.count, copies };
}
