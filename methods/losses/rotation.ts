import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../harness/tensor/tensorflow.ts';
import { softmax } from '../networks/layers/softmax.ts';

const rotations = 4;

/**
 * Self-supervision of the paper's Eq. 4 and 5: −mean log(p(true rotation) + 1e-10). The small constant is that of
 * https://github.com/google/compare_gan/blob/master/compare_gan/gans/s3gan.py and bounds the loss by 23.03.
 *
 * @param logits [4·n, 4]: n upright images, then their copies turned by 90°, by 180° and by 270°, as
 * `appendRotations` leaves them at the end of a batch
 */
export function rotationLoss(logits: Tensor2D): Scalar {
	const probabilities = softmax(logits);
	const ofTruth = tf.sum(tf.mul(probabilities, truth(logits)), 1); // [4·n]
	return tf.neg(tf.mean(tf.log(tf.add(ofTruth, 1e-10))));
}

/** Share of the same rows whose largest logit is the true rotation, in [0, 1]; 0.25 by chance. */
export function rotationAccuracy(logits: Tensor2D): Scalar {
	const hits = tf.equal(tf.argMax(logits, 1), tf.argMax(truth(logits), 1));
	return tf.mean(tf.cast(hits, 'float32'));
}

/** One-hot rows [4·n, 4]. */
function truth(logits: Tensor2D): Tensor2D {
	const [rows, classes] = logits.shape;
	if (rows < 1 || rows % rotations !== 0 || classes !== rotations) {
		throw new RangeError(`rotation logits: expected shape [4·n, 4], got [${logits.shape}]`);
	}
	const labels: Tensor1D = tf.tensor1d(
		Int32Array.from({ length: rows }, (_, row) => Math.floor((row * rotations) / rows)),
	);
	return tf.oneHot(labels, rotations, 1, 0, 'float32') as Tensor2D;
}
