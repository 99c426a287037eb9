// SINGLE LABEL: the unsupervised baseline in which every image has the same label (§3.1 of the paper).
//
//   fewer-labels train --method single-label --seed 1 --profile proxy-32 --data cifar10:DIR --out RUN
//
// Paper, 128×128: FID 25.3, IS 20.4 (median of 3 seeds, of which one collapsed).
import { z } from 'zod';
import { tf } from '../../harness/tensor/tensorflow.ts';
import { discriminatorHingeLoss, generatorHingeLoss } from '../losses/hinge.ts';
import type { Method } from '../method.ts';
import { bigGanConfig } from '../networks/big-gan/config.ts';

export const method: Method<Record<string, never>> = {
	name: 'single-label',
	title: 'SINGLE LABEL',
	summary: 'No labels: every image, real or generated, has the one label 0, and D has no projection.',
	paper: { section: '3.1', rows: [{ name: 'SINGLE LABEL', tables: [1, 2, 14] }] },
	equations: [
		'D(x) = l(h(x))',
		'L_D = E_x max(0, 1 - D(x)) + E_z max(0, 1 + D(G(z, 0)))',
		'L_G = -E_z D(G(z, 0))',
	],
	labelling: 'no-labels',
	options: z.strictObject({}),

	// G keeps its conditional batch norm: the z-chunks still differ from image to image, embed(0) is learned.
	networks: size => bigGanConfig({ ...size, classes: 1, projection: false }),

	realLabels: labels => new Int32Array(labels.length),

	discriminatorLoss(networks, { images, fakes }) {
		const { logits } = networks.discriminate(tf.concat([images, fakes]));
		const [real, fake] = tf.split(logits, 2);
		return {
			total: discriminatorHingeLoss(real, fake),
			logged: { realScore: tf.mean(real), fakeScore: tf.mean(fake) },
		};
	},

	generatorLoss(networks, { fakes }) {
		const { logits } = networks.discriminate(fakes);
		return { total: generatorHingeLoss(logits), logged: {} };
	},
};
