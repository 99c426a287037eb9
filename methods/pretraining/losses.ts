import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../harness/tensor/tensorflow.ts';
import { classLoss } from '../losses/class.ts';

/**
 * Eq. 1 of the paper: the cross-entropy of telling the rotation of an image, averaged over images and rotations.
 * Unlike the loss of the GAN (`losses/rotation.ts`), nothing is added to the probability.
 *
 * @param logits [4·n, 4]: n upright images, then their copies turned by 90°, by 180° and by 270°
 * @throws RangeError for another shape
 */
export function rotationCrossEntropy(logits: Tensor2D): Scalar {
	const [rows, rotations] = logits.shape;
	if (rows < 4 || rows % 4 !== 0 || rotations !== 4) {
		throw new RangeError(`rotation logits: expected shape [4·n, 4], got [${logits.shape}]`);
	}
	const truth: Tensor1D = tf.tensor1d(
		Int32Array.from({ length: rows }, (_, row) => Math.floor((4 * row) / rows)),
	);
	return classLoss(logits, tf.oneHot(truth, 4, 1, 0, 'float32') as Tensor2D);
}

export interface JointLogits {
	/** Of all images, [4·n, 4], as `rotationCrossEntropy` takes them. */
	readonly rotations: Tensor2D;
	/** Of the labelled images, [4·m, classes], m ≥ 0, upright ones first, in the same order. */
	readonly classes: Tensor2D;
}

export interface JointWeights {
	/** 1 in the paper. */
	readonly rotation: number;
	/** γ; 0.5 in the paper. */
	readonly class: number;
}

export interface JointLoss {
	readonly total: Scalar;
	/** Rotation term before its weight. */
	readonly rotation: Scalar;
	/** Class term before its weight; 0 without labelled images. */
	readonly class: Scalar;
}

/**
 * Eq. 2 of the paper: the rotation term over all images, labelled ones among them, plus γ times the class
 * cross-entropy over the labelled images, both averaged over the four rotations. (s4l weights the other term, and
 * averages the rotation terms of labelled and unlabelled images separately.)
 *
 * @param labels [m, classes] of the upright labelled images: one-hot, or a zero row for an image that turns out to
 * have none
 */
export function jointLoss(logits: JointLogits, labels: Tensor2D, weights: JointWeights): JointLoss {
	const rotation = rotationCrossEntropy(logits.rotations);
	// TensorFlow reduces no rows to 0/0.
	const classTerm: Scalar =
		labels.shape[0] === 0
			? tf.scalar(0)
			: classLoss(logits.classes, tf.concat([labels, labels, labels, labels]));
	const total: Scalar = tf.add(tf.mul(rotation, weights.rotation), tf.mul(classTerm, weights.class));
	return { total, rotation, class: classTerm };
}
