import type { ImageSplit } from '../data/data-set.ts';
import { nearestTrainingImages } from '../metrics/duplicates.ts';
import type { FeatureSet } from '../metrics/feature-set.ts';
import { tf } from '../tensor/tensorflow.ts';

/** A generated image and the training image that is nearest to it. */
export interface NearestPair {
	/** Number of the training image. */
	readonly training: number;
	/** Euclidean distance in the space that was compared in: pixels in [0, 1], or features. */
	readonly distance: number;
}

/** Images as vectors to compare: their own pixels in [0, 1], or features of a network. */
export interface ImageSpace {
	/** For people, for example `pixels`. */
	readonly name: string;
	readonly dimension: number;
	/** Vectors [n, dimension] of images, uint8 RGB [n, R, R, 3]; the caller disposes them. */
	vectors(pixels: Uint8Array, count: number): ReturnType<typeof tf.tensor2d>;
}

/** Pixels themselves: finds copies, but not copies that are shifted or recoloured. */
export function pixelSpace(resolution: number): ImageSpace {
	const dimension = resolution * resolution * 3;
	return {
		name: 'pixels',
		dimension,
		vectors: (pixels, count) =>
			tf.tidy(() => {
				const values = tf.tensor2d(pixels, [count, dimension], 'int32');
				return tf.div(tf.cast(values, 'float32'), 255) as ReturnType<typeof tf.tensor2d>;
			}),
	};
}

const blockImages = 512;

function featuresOf(
	space: ImageSpace,
	count: number,
	read: (from: number, to: number) => Uint8Array,
): FeatureSet {
	return {
		count,
		dimension: space.dimension,
		*batches() {
			for (let from = 0; from < count; from += blockImages) {
				const to = Math.min(count, from + blockImages);
				yield space.vectors(read(from, to), to - from);
			}
		},
	};
}

/**
 * The nearest training image of each generated one. The training set is read once.
 *
 * @param generated uint8 RGB, [count, R, R, 3]
 */
export function nearestOf(
	generated: Uint8Array,
	count: number,
	train: ImageSplit,
	space: ImageSpace,
): NearestPair[] {
	const size = generated.length / count;
	const { indices, distances } = nearestTrainingImages(
		featuresOf(space, train.count, (from, to) =>
			train.read(Array.from({ length: to - from }, (_, index) => from + index)),
		),
		featuresOf(space, count, (from, to) => generated.subarray(from * size, to * size)),
	);
	return Array.from({ length: count }, (_, image) => ({
		training: indices[image]!,
		distance: distances[image]!,
	}));
}

/**
 * A sheet of pairs: a row of generated images, below it the nearest training images, and so on.
 *
 * @returns pixels of `rows · 2 · columns` images, row after row, white where the last row has none
 */
export function nearestSheetPixels(
	generated: Uint8Array,
	pairs: readonly NearestPair[],
	train: ImageSplit,
	columns: number,
): { pixels: Uint8Array; count: number } {
	const size = generated.length / pairs.length;
	const rows = Math.ceil(pairs.length / columns);
	const count = rows * 2 * columns;
	const pixels = new Uint8Array(count * size).fill(255);
	const nearest = train.read(pairs.map(({ training }) => training));
	for (const image of pairs.keys()) {
		const place = (Math.floor(image / columns) * 2 * columns + (image % columns)) * size;
		pixels.set(generated.subarray(image * size, (image + 1) * size), place);
		pixels.set(nearest.subarray(image * size, (image + 1) * size), place + columns * size);
	}
	return { pixels, count };
}
