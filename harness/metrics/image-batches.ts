import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { ImageSplit } from '../data/data-set.ts';
import { tf } from '../tensor/tensorflow.ts';

/**
 * The images of a split in order, each once: [n, resolution, resolution, 3] in [0, 1], the last batch smaller.
 * The caller disposes every batch.
 *
 * @param resolution height and width in pixels
 * @param batchSize images in a batch, default 256
 */
export function* imageBatches(split: ImageSplit, resolution: number, batchSize = 256): Generator<Tensor4D> {
	for (let start = 0; start < split.count; start += batchSize) {
		const end = Math.min(start + batchSize, split.count);
		const pixels = Float32Array.from(
			split.read(Uint32Array.from({ length: end - start }, (_, position) => start + position)),
		);
		for (let index = 0; index < pixels.length; index++) pixels[index] /= 255;
		yield tf.tensor4d(pixels, [end - start, resolution, resolution, 3]);
	}
}
