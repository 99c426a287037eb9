import { UsageError } from '../errors.ts';
import { createStream } from '../tensor/random.ts';
import type { ImageSplit, MemorySplit } from './data-set.ts';

export interface BatchOptions {
	/** Images a batch. */
	readonly batchSize: number;
	/** Seed of the run, in [1, 2^31 - 1]. */
	readonly seed: number;
	/** What draws the batches, for example `discriminator`: other names give other orders. */
	readonly name: string;
	/** Width and height of the images in pixels. */
	readonly resolution: number;
	/** Indices of the only images to draw, each at most once an epoch; all by default. */
	readonly subset?: Uint32Array;
}

export interface Batch {
	/** [batchSize, resolution, resolution, 3] in [0, 1], as compare_gan scales images: byte / 255. */
	readonly pixels: Float32Array;
	/** [batchSize] */
	readonly labels: Int32Array;
	/** Where the images lie in the split. */
	readonly indices: Uint32Array;
}

export interface Batches {
	/** Whole batches in one pass; what remains of a pass is dropped. */
	readonly batchesPerEpoch: number;
	/**
	 * Numbers of the images of a batch, see `at`, without reading them.
	 *
	 * @throws RangeError if the number is not a whole number from 0
	 */
	indicesAt(index: number): Uint32Array;
	/**
	 * The batch with this number, counted from 0 over all epochs. Depends on nothing but the number, so that a
	 * resumed run sees the batches of an unbroken one. The arrays are new on each call.
	 *
	 * @throws RangeError if the number is not a whole number from 0
	 */
	at(index: number): Batch;
}

const byteToUnit = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/**
 * Endless shuffled batches of a split: every epoch has its own random order over all images.
 *
 * @throws UsageError if a batch is larger than the images to draw from
 * @throws RangeError if the pixels do not have this resolution, or the subset has an index outside of the split
 */
export function createBatches(split: ImageSplit, options: BatchOptions): Batches {
	const { batchSize, seed, name, resolution, subset } = options;
	const imageValues = resolution * resolution * 3;
	const checkSize = (images: number, bytes: number): void => {
		if (bytes === images * imageValues) return;
		throw new RangeError(
			`pixels: expected ${images} images of ${resolution}×${resolution}×3, got ${bytes} bytes`,
		);
	};
	if ('pixels' in split) checkSize(split.count, (split as MemorySplit).pixels.length);
	const outside = subset?.find(image => image >= split.count);
	if (outside !== undefined) {
		throw new RangeError(`subset: expected indices below ${split.count}, got ${outside}`);
	}
	const available = subset?.length ?? split.count;
	if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > available) {
		throw new UsageError(
			`batch size: expected a whole number from 1 to ${available} (the images to draw from), got ${batchSize}`,
			'use a smaller batch, more images, or a larger label fraction',
		);
	}
	const batchesPerEpoch = Math.floor(available / batchSize);
	let orderedEpoch = -1;
	let order: Uint32Array = new Uint32Array();

	const indicesAt = (index: number): Uint32Array => {
		if (!Number.isInteger(index) || index < 0) {
			throw new RangeError(`batch index: expected a whole number from 0, got ${index}`);
		}
		const epoch = Math.floor(index / batchesPerEpoch);
		if (epoch !== orderedEpoch) {
			order = createStream(seed, 'data-order', name, epoch).permutation(available);
			orderedEpoch = epoch;
		}
		const start = (index % batchesPerEpoch) * batchSize;
		const drawn = order.slice(start, start + batchSize);
		return subset ? drawn.map(image => subset[image]) : drawn;
	};
	const at = (index: number): Batch => {
		const indices = indicesAt(index);
		const bytes = split.read(indices);
		checkSize(batchSize, bytes.length);
		const pixels = new Float32Array(batchSize * imageValues);
		for (let value = 0; value < pixels.length; value++) pixels[value] = byteToUnit[bytes[value]];
		return { pixels, labels: Int32Array.from(indices, image => split.labels[image]), indices };
	};

	return { batchesPerEpoch, indicesAt, at };
}
