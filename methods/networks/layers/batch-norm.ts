import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { defineOperation, runKernel } from '../../../harness/tensor/kernels.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { addBatch, averageMoments, type StandingStatistics } from './standing-statistics.ts';

/**
 * Which moments a batch norm divides by.
 *
 * - `batch`: those of the batch at hand; training.
 * - `accumulate`: adds the batch's moments to the statistics, then uses the average that includes them, so that
 *   deeper layers see what they will see at inference. This is `_accumulated_moments_for_inference` of
 *   https://github.com/google/compare_gan/blob/master/compare_gan/architectures/arch_ops.py
 * - `standing`: the accumulated average; inference. Samples do not depend on the rest of their batch.
 */
export type BatchNormMode =
	| { readonly kind: 'batch' }
	| { readonly kind: 'accumulate'; readonly statistics: StandingStatistics }
	| { readonly kind: 'standing'; readonly statistics: StandingStatistics };

export interface BatchNormOptions {
	readonly mode: BatchNormMode;
	/** Added to the variance. */
	readonly epsilon: number;
	/** Name of the layer in the standing statistics, for example `generator/B1/bn1`. */
	readonly layer: string;
}

/**
 * (x − mean) / √(variance + epsilon) · scale + offset, moments over N, H and W, the variance biased. In modes
 * other than `batch` the moments are constants for the gradient.
 *
 * @param x [N, H, W, C]
 * @param scale [C]
 * @param offset [C]
 */
export function batchNorm(x: Tensor4D, scale: Tensor, offset: Tensor, options: BatchNormOptions): Tensor4D {
	const { mode, epsilon, layer } = options;
	if (mode.kind === 'batch') return trainingNorm({ x, scale, offset }, { epsilon })[0] as Tensor4D;
	if (mode.kind === 'accumulate') {
		tf.tidy(() => {
			const { mean, variance } = tf.moments(x, [0, 1, 2]);
			addBatch(mode.statistics, layer, mean as Tensor1D, variance as Tensor1D);
		});
	}
	const { mean, variance } = averageMoments(mode.statistics, layer);
	return tf.batchNorm(x, mean, variance, offset as Tensor1D, scale as Tensor1D, epsilon);
}

/**
 * Batch norm whose scale and offset differ from image to image (class-conditional, self-modulated, …).
 *
 * @param x [N, H, W, C]
 * @param gamma scale of each image, [N, C]
 * @param beta offset of each image, [N, C]
 */
export function conditionalBatchNorm(
	x: Tensor4D,
	gamma: Tensor2D,
	beta: Tensor2D,
	options: BatchNormOptions,
): Tensor4D {
	const [batch, , , channels] = x.shape;
	const normalised = batchNorm(x, tf.ones([channels]), tf.zeros([channels]), options);
	const perImage = (values: Tensor2D): Tensor4D => tf.reshape(values, [batch, 1, 1, channels]);
	return tf.add(tf.mul(normalised, perImage(gamma)), perImage(beta));
}

const float32 = { type: 'float32' } as const;

// TensorFlow's fused kernels: one pass each way. The variance that they return is unbiased and is not used; they
// divide by the biased one. The last three outputs are what the gradient kernel wants back.
const trainingNorm = defineOperation<'x' | 'scale' | 'offset', { readonly epsilon: number }>({
	name: 'TrainingBatchNorm',
	forward: ({ x, scale, offset }, { epsilon }) => {
		const empty = tf.tensor1d([], 'float32');
		return runKernel('FusedBatchNormV3', attributes(epsilon), [x, scale, offset, empty, empty], 6);
	},
	savedInputs: ['x', 'scale'],
	savedOutputs: [false, false, false, true, true, true],
	gradient: ([upstream], [x, scale, ...reserved], { epsilon }) => {
		const inputs = [upstream, x, scale, ...reserved];
		// One kernel makes all three; its last two outputs are empty.
		const [forX, forScale, forOffset] = runKernel('FusedBatchNormGradV3', attributes(epsilon), inputs, 5);
		return { x: () => forX.clone(), scale: () => forScale.clone(), offset: () => forOffset.clone() };
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
