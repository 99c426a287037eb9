// CLUSTERING: the unsupervised method whose labels are clusters of self-supervised features (§3.1 of the paper): a
// network trained to predict rotations (Eq. 1), mini-batch k-means on its features, cluster numbers as labels.
//
//   fewer-labels train --method clustering --seed 1 --profile proxy-32 --data cifar10:DIR --out RUN
//
// Paper, 128×128, 50 clusters: FID 23.2, IS 22.7 (median of 3 seeds).
import { z } from 'zod';
import { tf } from '../../harness/tensor/tensorflow.ts';
import { discriminatorHingeLoss, generatorHingeLoss } from '../losses/hinge.ts';
import type { Method } from '../method.ts';
import { bigGanConfig } from '../networks/big-gan/config.ts';

const options = z.strictObject({
	clusters: z
		.number()
		.int()
		.min(2)
		.default(50)
		.describe('Number of clusters K; the paper tries 50, 100, 200, 500 and 1000 and keeps 50'),
});
type Options = z.infer<typeof options>;

export const method: Method<Options> = {
	name: 'clustering',
	title: 'CLUSTERING',
	summary: 'No labels: every image is labelled with its cluster among the features of a rotation network.',
	paper: { section: '3.1', rows: [{ name: 'CLUSTERING', tables: [1, 2, 14] }] },
	equations: [
		'k(x) = number of the centre nearest to F(x), F trained by Eq. 1',
		'p(y) = share of the training images in cluster y',
		'D(x, y) = l(h(x)) + (y V)·h(x)',
		'L_D = E_x max(0, 1 - D(x, k(x))) + E_(z,y~p(y)) max(0, 1 + D(G(z, y), y))',
		'L_G = -E_(z,y~p(y)) D(G(z, y), y)',
	],
	labelling: 'clusters',
	options,

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
