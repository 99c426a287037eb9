import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { UsageError } from '../../harness/errors.ts';
import { tf } from '../../harness/tensor/tensorflow.ts';

/**
 * Images turned counter-clockwise by quarter turns, `numpy.rot90` over height and width.
 *
 * @param images [N, H, W, C], H = W
 * @param quarterTurns 0, 1, 2 or 3
 */
export function rotateImages(images: Tensor4D, quarterTurns: 0 | 1 | 2 | 3): Tensor4D {
	const swapSides = (x: Tensor4D): Tensor4D => tf.transpose(x, [0, 2, 1, 3]);
	switch (quarterTurns) {
		case 0:
			return tf.clone(images);
		case 1:
			return tf.reverse(swapSides(images), [1]);
		case 2:
			return tf.reverse(images, [1, 2]);
		case 3:
			return swapSides(tf.reverse(images, [1]));
	}
}

/**
 * The images followed by turned copies of the last `count`: by 90°, then by 180°, then by 270°. The last
 * 4 · count images are then what the rotation loss sees, in the order that it expects. This is what
 * https://github.com/google/compare_gan/blob/master/compare_gan/gans/s3gan.py does: turned images come on top of
 * the batch and do not replace part of it.
 *
 * @param images [N, H, W, C], H = W
 * @param count images to turn, in [1, N]
 * @returns [N + 3·count, H, W, C]
 */
export function appendRotations(images: Tensor4D, count: number): Tensor4D {
	const batch = images.shape[0];
	if (!Number.isInteger(count) || count < 1 || count > batch) {
		throw new RangeError(`count: expected an integer in [1, ${batch}], the number of images, got ${count}`);
	}
	const last: Tensor4D = tf.slice(images, [batch - count, 0, 0, 0], [count, -1, -1, -1]);
	return tf.concat([images, rotateImages(last, 1), rotateImages(last, 2), rotateImages(last, 3)]);
}

/**
 * How many images of a batch are turned: a quarter of the batch's `fraction`-th part, so that with their
 * turned copies they number batch / fraction (`rotated_batch_fraction` of compare_gan's S3GAN).
 *
 * @param batch images in the batch
 * @param fraction divides the batch; 1 turns a quarter of it
 * @throws UsageError if the fraction does not divide the batch, or leaves fewer than four images
 */
export function rotatedRows(batch: number, fraction: number): number {
	const rows = Math.floor(batch / fraction / 4);
	if (batch % fraction !== 0 || rows < 1) {
		throw new UsageError(
			`rotated batch fraction: expected a divisor of the batch that leaves at least 4 of its ${batch} images, ` +
				`got ${fraction}`,
			'use a smaller fraction or a larger batch',
		);
	}
	return rows;
}
