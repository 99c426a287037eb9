import type { Scalar, Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../harness/tensor/tensorflow.ts';
import { relu } from '../networks/layers/activation.ts';

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
