import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import type { NetworkState } from '../network-state.ts';
import { attend } from './attend.ts';
import { convolve } from './convolution.ts';
import { poolPairs } from './max-pool.ts';
import { weight } from './weights.ts';

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
	const kernel = (name: string): Tensor4D => weight(state, `${scope}/conv2d_${name}/kernel`);
	// Convolutions of one input as one, and what is pooled at once. [1, 1, C, …]
	const kernels = ['theta', 'phi', 'g'].map(kernel);
	const [heads, , width] = kernels.map(({ shape }) => shape[3]);
	const projected: Tensor4D = convolve(x, tf.concat(kernels, 3)); // [N, H, W, C/8 + C/8 + C/2]
	const [theta, toPool] = split(projected, [heads, heads + width]);
	const [phi, g] = split(poolPairs(toPool), [heads, width]);
	const attended = attend(flattenPositions(theta), flattenPositions(phi), flattenPositions(g)); // [N, HW, C/2]
	const picture: Tensor4D = tf.reshape(attended, [...x.shape.slice(0, 3), width] as Tensor4D['shape']);
	// The gate on the kernel, not on the map.
	const gated = tf.mul(kernel('attn_g'), weight<Tensor>(state, `${scope}/sigma`)) as Tensor4D;
	return tf.add(x, convolve(picture, gated));
}

const split = (x: Tensor4D, channels: number[]): Tensor4D[] => tf.split(x, channels, 3);

function flattenPositions(x: Tensor4D): Tensor3D {
	const [batch, height, width, channels] = x.shape;
	return tf.reshape(x, [batch, height * width, channels]);
}
