// S2GAN: a conditional GAN trained with the labels that a pre-trained semi-supervised classifier gives every training
// image (§3.1 of the paper, Eq. 2). With all labels it is BIGGAN.
//
//   fewer-labels train --method s2gan --labels 10% --seed 1 --profile proxy-32 --data cifar10:DIR --out RUN
//
// Paper, 128×128, 10 % labels: FID 8.9, IS 73.4 (median of 3 seeds).
import { z } from 'zod';
import { tf } from '../../harness/tensor/tensorflow.ts';
import { discriminatorHingeLoss, generatorHingeLoss } from '../losses/hinge.ts';
import type { Method } from '../method.ts';
import { bigGanConfig } from '../networks/big-gan/config.ts';

export const method: Method<Record<string, never>> = {
	name: 's2gan',
	title: 'S2GAN',
	summary:
		'Conditional GAN with labels that a semi-supervised classifier infers for every image before the training.',
	paper: { section: '3.1', rows: [{ name: 'S2GAN', tables: [1, 4, 5, 12, 13] }] },
	equations: [
		'ŷ(x) = argmax_c p(c | x) of the classifier c_C2L(F(x)) of Eq. 2',
		'D(x, y) = l(h(x)) + (y V)·h(x)',
		'L_D = E_x max(0, 1 - D(x, ŷ(x))) + E_(z,y) max(0, 1 + D(G(z, y), y))',
		'L_G = -E_(z,y) D(G(z, y), y)',
	],
	labelling: 'inferred-labels',
	options: z.strictObject({}),

	networks: size => bigGanConfig({ ...size, projection: true }),

	realLabels: labels => labels,

	discriminatorLoss(networks, { images, labels, fakes, fakeLabels }) {
		const { features, logits } = networks.discriminate(tf.concat([images, fakes]));
		const scores = tf.add(logits, networks.project(features, tf.concat([labels, fakeLabels])));
		const [real, fake] = tf.split(scores, 2);
		return {
			total: discriminatorHingeLoss(real, fake),
			logged: { realScore: tf.mean(real), fakeScore: tf.mean(fake) },
		};
	},

	generatorLoss(networks, { fakes, fakeLabels }) {
		const { features, logits } = networks.discriminate(fakes);
		const scores = tf.add(logits, networks.project(features, fakeLabels));
		return { total: generatorHingeLoss(scores), logged: {} };
	},
};
