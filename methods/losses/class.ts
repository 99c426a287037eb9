import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../harness/tensor/tensorflow.ts';

/**
 * Cross-entropy of the class head, the third term of the paper's Eq. 3, averaged over the images that have a
 * label; 0 if none has. An image counts as labelled if its label row sums to more than 0.5, and the mean is over
 * the whole batch: https://github.com/google/compare_gan/blob/master/compare_gan/gans/s3gan.py (on TPU the authors
 * average over each core's part instead, where parts without any label count as 0).
 *
 * @param logits [n, classes]
 * @param labels [n, classes]: one-hot or soft, or a zero row for an image without label
 * @param divisor of a micro-batch: `LabelDivisors.labelled`
 */
export function classLoss(logits: Tensor2D, labels: Tensor2D, divisor?: Scalar): Scalar {
	const available = labelledRows(labels); // [n]
	const crossEntropy = tf.neg(tf.sum(tf.mul(labels, tf.logSoftmax(logits)), 1)); // [n]
	return meanOverRows(crossEntropy, available, divisor);
}

/** Mean of values [n] over the rows that are marked by 1 and not 0, 0 if none is; or their sum by a divisor. */
export function meanOverRows(values: Tensor, marks: Tensor, divisor?: Scalar): Scalar {
	return tf.div(tf.sum(tf.mul(values, marks)), divisor ?? tf.maximum(tf.sum(marks), 1));
}

/** 1 for each row of labels [n, classes] that holds a label, 0 for a row without: [n]. */
export function labelledRows(labels: Tensor2D): Tensor1D {
	return tf.cast(tf.greater(tf.sum(labels, 1), 0.5), 'float32');
}

/**
 * Share of the labelled rows whose largest logit is their label, in [0, 1]; 0 if no row has a label.
 *
 * @param divisor as for `classLoss`
 */
export function classAccuracy(logits: Tensor2D, labels: Tensor2D, divisor?: Scalar): Scalar {
	const available = labelledRows(labels); // [n]
	const hits = tf.cast(tf.equal(tf.argMax(logits, 1), tf.argMax(labels, 1)), 'float32'); // [n]
	return meanOverRows(hits, available, divisor);
}
