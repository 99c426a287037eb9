// S2GAN + SOFT: S2GAN with the classifier's probabilities in place of its most likely class (§5.4 of the paper).
//
//   fewer-labels train --method s2gan-soft --labels 10% --seed 1 --profile proxy-32 --data cifar10:DIR --out RUN
//
// Paper, 128×128, 10 % labels: FID 12.9, IS 49.8 (median of 3 seeds).
import { z } from 'zod';
import { tf } from '../../harness/tensor/tensorflow.ts';
import { discriminatorHingeLoss, generatorHingeLoss } from '../losses/hinge.ts';
import type { Method } from '../method.ts';
import { bigGanConfig } from '../networks/big-gan/config.ts';

export const method: Method<Record<string, never>> = {
	name: 's2gan-soft',
	title: 'S2GAN + SOFT',
	summary:
		'S2GAN whose real images have the probabilities of the classifier as labels instead of its most likely class.',
	paper: {
		section: '5.4',
		rows: [
			{ name: 'S2GAN +SOFT', tables: [5] },
			{ name: 'S2GAN SOFT', tables: [13] },
		],
	},
	equations: [
		'ŷ(x) = p(· | x), the probabilities of the classifier c_C2L(F(x)) of Eq. 2',
		'D(x, y) = l(h(x)) + (y V)·h(x)',
		'L_D = E_x max(0, 1 - D(x, ŷ(x))) + E_(z,y) max(0, 1 + D(G(z, y), y))',
		'L_G = -E_(z,y) D(G(z, y), y)',
	],
	labelling: 'inferred-soft-labels',
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
