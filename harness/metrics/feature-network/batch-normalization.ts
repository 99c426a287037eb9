import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { defineOperation, runKernel } from '../../tensor/kernels.ts';
import { tf } from '../../tensor/tensorflow.ts';

/** Added to variances. */
export const batchNormalizationEpsilon = 1e-5;

const float32 = { type: 'float32' } as const;
const attributes = {
	T: float32,
	U: float32,
	epsilon: { float: batchNormalizationEpsilon },
	data_format: { string: 'NHWC' },
	is_training: { bool: true },
} as const;

// TensorFlow's fused kernels: one pass over the map each way, where TensorFlow.js composes the gradient of many
// elementwise operations.
const fusedNormalization = defineOperation<'map' | 'scale' | 'offset', Record<string, never>>({
	name: 'FeatureNetworkBatchNormalization',
	forward: ({ map, scale, offset }) =>
		tf.tidy(() => {
			const empty = tf.tensor1d([], 'float32');
			return runKernel('FusedBatchNormV3', attributes, [map, scale, offset, empty, empty], 6);
		}),
	savedInputs: ['map', 'scale'],
	savedOutputs: [false, false, false, true, true, true],
	gradient: ([upstream], [map, scale, ...reserved]) => {
		// Not inside the functions below: what one of them computes is freed before the next is called.
		const gradients = runKernel('FusedBatchNormGradV3', attributes, [upstream, map, scale, ...reserved], 5);
		const gradient = (index: number) => (): Tensor => gradients[index].clone();
		return { map: gradient(0), scale: gradient(1), offset: gradient(2) };
	},
});

export interface NormalizedBatch {
	/** Same shape as the input map. */
	readonly normalized: Tensor4D;
	/** Over batch, height and width: [channels]. */
	readonly mean: Tensor1D;
	/** With divisor n - 1, n = batch · height · width: [channels]. */
	readonly variance: Tensor1D;
}

/**
 * Batch normalisation by the batch's own moments, for training. Differentiable in map, scale and offset through
 * `normalized`; mean and variance carry no gradient.
 *
 * @param map [n, height, width, channels]
 * @param scale [channels]
 * @param offset [channels]
 */
export function normalizeBatch(map: Tensor4D, scale: Tensor1D, offset: Tensor1D): NormalizedBatch {
	const [normalized, mean, variance] = fusedNormalization({ map, scale, offset }, {});
	return { normalized: normalized as Tensor4D, mean: mean as Tensor1D, variance: variance as Tensor1D };
}
