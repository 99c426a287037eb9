// RANDOM LABEL: the unsupervised baseline in which every image gets a random label each time it is read (§3.1 of
// the paper; a new label at each read, not a fixed one, as in the authors' code:
// https://github.com/google/compare_gan/blob/master/compare_gan/datasets.py).
//
//   fewer-labels train --method random-label --seed 1 --profile proxy-32 --data cifar10:DIR --out RUN
//
// Paper, 128×128: FID 26.5, IS 20.2 (median of 3 seeds).
import { z } from 'zod';
import { tf } from '../../harness/tensor/tensorflow.ts';
import { discriminatorHingeLoss, generatorHingeLoss } from '../losses/hinge.ts';
import type { Method } from '../method.ts';
import { bigGanConfig } from '../networks/big-gan/config.ts';

export const method: Method<Record<string, never>> = {
	name: 'random-label',
	title: 'RANDOM LABEL',
	summary: 'No labels: every real image gets a uniformly random label each time it is read.',
	paper: { section: '3.1', rows: [{ name: 'RANDOM LABEL', tables: [1, 2, 14] }] },
	equations: [
		'y ~ U{0, …, C - 1}, drawn anew at each read',
		'D(x, y) = l(h(x)) + (y V)·h(x)',
		'L_D = E_(x,y) max(0, 1 - D(x, y)) + E_(z,y) max(0, 1 + D(G(z, y), y))',
		'L_G = -E_(z,y) D(G(z, y), y)',
	],
	labelling: 'no-labels',
	options: z.strictObject({}),

	networks: size => bigGanConfig({ ...size, projection: true }),

	realLabels: (labels, classes, stream) => labels.map(() => stream.integer(classes)),

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
