import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import type { NetworkState } from '../network-state.ts';
import { attend } from './attend.ts';
import { convolution, weight } from './weights.ts';

/**
 * Self-attention over positions (Zhang et al. 2018, arXiv 1805.08318), as compare_gan's `non_local_block` has it:
 *
 *   x + sigma · conv(softmax(theta φᵀ) g),   theta, φ: C/8 channels, g: C/2 channels, all 1×1 without bias
 *
 * φ and g see every second row and column (2×2 max-pooling); the scores are not scaled by the width.
 * https://github.com/google/compare_gan/blob/master/compare_gan/architectures/arch_ops.py
 *
 * @param x [N, H, W, C], H and W even
 * @param scope for example `generator/non_local_block`
 */
export function nonLocalBlock(x: Tensor4D, state: NetworkState, scope: string): Tensor4D {
	const [batch, height, width] = x.shape;
	const queries = flattenPositions(convolution(x, state, `${scope}/conv2d_theta`)); // [N, HW, C/8]
	const keys = flattenPositions(halve(convolution(x, state, `${scope}/conv2d_phi`))); // [N, HW/4, C/8]
	const values = flattenPositions(halve(convolution(x, state, `${scope}/conv2d_g`))); // [N, HW/4, C/2]
	const attended = attend(queries, keys, values); // [N, HW, C/2]
	const picture: Tensor4D = tf.reshape(attended, [batch, height, width, values.shape[2]]);
	const update = convolution(picture, state, `${scope}/conv2d_attn_g`);
	return tf.add(x, tf.mul(update, weight(state, `${scope}/sigma`)));
}

const halve = (x: Tensor4D): Tensor4D => tf.maxPool(x, 2, 2, 'valid');

function flattenPositions(x: Tensor4D): Tensor3D {
	const [batch, height, width, channels] = x.shape;
	return tf.reshape(x, [batch, height * width, channels]);
}
