import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../harness/tensor/tensorflow.ts';
import { relu } from '../networks/layers/activation.ts';
import { labelledRows, meanOverRows } from './class.ts';
import type { LabelDivisors } from './label-divisors.ts';

/**
 * Hinge loss of the discriminator: mean max(0, 1 − D(x)) + mean max(0, 1 + D(G(z))), the first two terms of the
 * paper's Eq. 3 and `hinge` of
 * https://github.com/google/compare_gan/blob/master/compare_gan/gans/loss_lib.py
 *
 * @param real logits of real images, [n]
 * @param fake logits of generated images, [m]
 */
export function discriminatorHingeLoss(real: Tensor, fake: Tensor): Scalar {
	const realLoss = tf.mean(relu(tf.sub(1, real)));
	const fakeLoss = tf.mean(relu(tf.add(1, fake)));
	return tf.add(realLoss, fakeLoss);
}

/**
 * Hinge loss of the generator: −mean D(G(z)).
 *
 * @param fake logits of generated images, [m]
 */
export function generatorHingeLoss(fake: Tensor): Scalar {
	return tf.neg(tf.mean(fake));
}

/**
 * Hinge loss of the discriminator as the paper's Eq. 3 prints it, with an expectation each for labelled and
 * unlabelled real images: mean over the labelled + mean over the unlabelled + mean max(0, 1 + D(G(z))). A batch
 * without images of one kind has 0 for its mean. The authors' code takes one mean over both kinds instead.
 *
 * @param real logits of real images, [n]
 * @param fake logits of generated images, [m]
 * @param labels labels of the real images, [n, classes]; a zero row where there is none
 * @param divisors of a micro-batch
 */
export function summedHingeLoss(
	real: Tensor,
	fake: Tensor,
	labels: Tensor2D,
	divisors?: LabelDivisors,
): Scalar {
	const labelled = labelledRows(labels); // [n]
	const losses = relu(tf.sub(1, real)); // [n]
	const ofLabelled = meanOverRows(losses, labelled, divisors?.labelled);
	const ofUnlabelled = meanOverRows(losses, tf.sub(1, labelled), divisors?.unlabelled);
	const fakeLoss = tf.mean(relu(tf.add(1, fake)));
	return tf.add(tf.add(ofLabelled, ofUnlabelled), fakeLoss);
}
