import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { defineOperation, runKernel } from '../../../harness/tensor/kernels.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';

export interface NormalisedBatch {
	/** Shape of the input. */
	readonly normalised: Tensor4D;
	/** Mean over N, H and W: [channels]. */
	readonly mean: Tensor1D;
	/** Variance with divisor N·H·W − 1, which TensorFlow's moving averages take: [channels]. */
	readonly variance: Tensor1D;
}

/**
 * (x − mean) / √(variance + epsilon) · gamma + beta with the moments of the batch, the variance biased.
 * Differentiable in its three tensors through `normalised`; the returned moments carry no gradient.
 *
 * @param x [N, H, W, channels]
 * @param gamma [channels]
 * @param beta [channels]
 */
export function normaliseBatch(x: Tensor4D, gamma: Tensor, beta: Tensor, epsilon: number): NormalisedBatch {
	const [normalised, mean, variance] = fusedNorm({ x, gamma, beta }, { epsilon });
	return {
		normalised: normalised as Tensor4D,
		mean: mean as Tensor1D,
		variance: variance as Tensor1D,
	};
}

const float32 = { type: 'float32' } as const;

const fusedNorm = defineOperation<'x' | 'gamma' | 'beta', { readonly epsilon: number }>({
	name: 'ResNetBatchNorm',
	forward: ({ x, gamma, beta }, { epsilon }) => {
		const empty = tf.tensor1d([], 'float32');
		return runKernel('FusedBatchNormV3', attributes(epsilon), [x, gamma, beta, empty, empty], 6);
	},
	savedInputs: ['x', 'gamma'],
	savedOutputs: [false, false, false, true, true, true],
	gradient: ([upstream], [x, gamma, ...reserved], { epsilon }) => {
		const inputs = [upstream, x, gamma, ...reserved];
		// Not inside the functions below: what one of them computes is freed before the next is called.
		const [forX, forGamma, forBeta] = runKernel('FusedBatchNormGradV3', attributes(epsilon), inputs, 5);
		return { x: () => forX.clone(), gamma: () => forGamma.clone(), beta: () => forBeta.clone() };
	},
});

function attributes(epsilon: number) {
	return {
		T: float32,
		U: float32,
		epsilon: { float: epsilon },
		data_format: { string: 'NHWC' },
		is_training: { bool: true },
	} as const;
}
