import type { Scalar, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../harness/tensor/tensorflow.ts';
import { labelledRows } from './class.ts';

/**
 * What a micro-batch divides its sums over labelled and over unlabelled images by: the numbers of these images in the
 * whole batch, at least 1, shared out equally among its micro-batches. The mean over the micro-batches is then the mean
 * over the whole batch, however its labels fall; each dividing by its own number would count parts with few labels as
 * much as parts with many, and those without any as 0.
 */
export interface LabelDivisors {
	readonly labelled: Scalar;
	readonly unlabelled: Scalar;
}

/**
 * @param labels of the whole batch, [n, classes]; a zero row where there is none
 * @param parts micro-batches of equal size that the batch goes through in
 */
export function labelDivisors(labels: Tensor2D, parts: number): LabelDivisors {
	return tf.tidy(() => {
		const count = tf.sum(labelledRows(labels));
		const share = (images: Scalar): Scalar => tf.div(tf.maximum(images, 1), parts);
		return { labelled: share(count as Scalar), unlabelled: share(tf.sub(labels.shape[0], count)) };
	}) as unknown as LabelDivisors;
}
