import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../../harness/tensor/tensorflow.ts';

/**
 * Doubles height and width: each value goes to the odd row and column (from 0), the other three positions are 0. On maps
 * turned by 180 degrees this is `unpool` of
 * https://github.com/google/compare_gan/blob/master/compare_gan/architectures/resnet_ops.py
 *
 * @param x [N, H, W, C]
 * @returns [N, 2H, 2W, C]
 */
export function insertZeros(x: Tensor4D): Tensor4D {
	const [batch, height, width, channels] = x.shape;
	const rows = tf.reshape(x, [batch * height, 1, width, channels]);
	// A zero row above each row, and zero channels that become the column to the left of each column.
	const padded = tf.pad(rows, [
		[0, 0],
		[1, 0],
		[0, 0],
		[channels, 0],
	]); // [N·H, 2, W, 2·C]
	return tf.reshape(padded, [batch, 2 * height, 2 * width, channels]);
}

/** Doubles height and width, repeating each value: [N, H, W, C] to [N, 2H, 2W, C]. */
export function repeatPixels(x: Tensor4D): Tensor4D {
	const [batch, height, width, channels] = x.shape;
	const rows = tf.reshape(x, [batch * height, 1, width, channels]);
	const repeated = tf.tile(rows, [1, 2, 1, 2]); // [N·H, 2, W, 2·C]
	return tf.reshape(repeated, [batch, 2 * height, 2 * width, channels]);
}

/** Halves height and width, averaging 2×2 pixels: [N, H, W, C] to [N, H/2, W/2, C]; H and W even. */
export function averagePairs(x: Tensor4D): Tensor4D {
	return tf.avgPool(x, 2, 2, 'valid');
}
