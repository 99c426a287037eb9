import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../harness/tensor/tensorflow.ts';
import { softmax } from '../networks/layers/softmax.ts';
import { labelledRows } from './class.ts';

/**
 * The labels that the projection of a co-trained discriminator sees (§3.2 of the paper): the true label where
 * there is one, the class head's own prediction elsewhere. No gradient passes through the prediction, so that the
 * hinge loss does not train the class head (https://github.com/google/compare_gan/blob/master/compare_gan/gans/s3gan.py).
 *
 * @param labels [n, classes]: one-hot rows, zero rows where there is no label
 * @param classLogits logits [n, classes] of the class head for the same images
 * @param prediction `soft`: its probabilities; `hard`: one-hot rows of the most likely class
 * @returns [n, classes], a constant for the gradient
 */
export function completeLabels(
	labels: Tensor2D,
	classLogits: Tensor2D,
	prediction: 'soft' | 'hard',
): Tensor2D {
	const complete = tf.customGrad((logits: Tensor2D | unknown) => {
		const predicted =
			prediction === 'soft'
				? softmax(logits as Tensor2D)
				: tf.oneHot(tf.argMax(logits as Tensor2D, 1), labels.shape[1], 1, 0, 'float32');
		const available = tf.expandDims(labelledRows(labels), 1); // [n, 1]
		return {
			value: tf.add(tf.mul(labels, available), tf.mul(predicted, tf.sub(1, available))),
			gradFunc: () => tf.zerosLike(classLogits),
		};
	});
	return complete(classLogits) as Tensor2D;
}
