// SINGLE LABEL (SS): SINGLE LABEL whose discriminator also predicts rotations (§3.3 of the paper, with the default
// weights of Self-Supervised GANs, arXiv 1811.11212).
//
//   fewer-labels train --method single-label-ss --seed 1 --profile proxy-32 --data cifar10:DIR --out RUN
//
// Paper, 128×128: FID 23.7, IS 22.2 (median of 3 seeds).
import { z } from 'zod';
import { tf } from '../../harness/tensor/tensorflow.ts';
import { discriminatorHingeLoss, generatorHingeLoss } from '../losses/hinge.ts';
import { appendRotations, rotatedRows } from '../losses/rotate-images.ts';
import { rotationAccuracy, rotationLoss } from '../losses/rotation.ts';
import type { Method } from '../method.ts';
import { bigGanConfig } from '../networks/big-gan/config.ts';

const options = z.strictObject({
	rotatedBatchFraction: z
		.number()
		.int()
		.min(1)
		.default(2)
		.describe(
			'The last batch / (4 · fraction) images are rotated. No value is published; 2 is the only one in the authors’ code (a unit test)',
		),
	discriminatorRotationWeight: z
		.number()
		.min(0)
		.default(1)
		.describe('β of Eq. 4, on real images; 1 by default in Self-Supervised GANs'),
	generatorRotationWeight: z
		.number()
		.min(0)
		.default(0.2)
		.describe('α of Eq. 5, on generated images; 0.2 by default in Self-Supervised GANs'),
});
type Options = z.infer<typeof options>;

export const method: Method<Options> = {
	name: 'single-label-ss',
	title: 'SINGLE LABEL (SS)',
	summary:
		'No labels: every image has the one label 0; the discriminator is self-supervised by rotation prediction.',
	paper: { section: '3.3', rows: [{ name: 'SINGLE LABEL (SS)', tables: [2, 14] }] },
	equations: [
		'D(x) = l(h(x))',
		'L_D = E_x max(0, 1 - D(x)) + E_z max(0, 1 + D(G(z, 0))) - β/|R| Σ_r E_x log p(c_R(h(x^r)) = r)   (Eq. 4)',
		'L_G = -E_z D(G(z, 0)) - α/|R| Σ_r E_z log p(c_R(h(G(z, 0)^r)) = r)   (Eq. 5)',
	],
	labelling: 'no-labels',
	options,

	networks: size => bigGanConfig({ ...size, classes: 1, projection: false, rotationHead: true }),

	realLabels: labels => new Int32Array(labels.length),

	discriminatorLoss(networks, { images, fakes }, o) {
		const batch = images.shape[0];
		const rotated = rotatedRows(batch, o.rotatedBatchFraction);
		const { features, logits } = networks.discriminate(tf.concat([fakes, appendRotations(images, rotated)]));
		const [fake, real] = tf.split(tf.slice(logits, [0], [2 * batch]), 2);
		// The last `rotated` upright images and their three turned copies: the last 4 · rotated rows.
		const turned = tf.slice(features, [2 * batch - rotated, 0], [4 * rotated, -1]);
		const rotationLogits = networks.predictRotation(turned);
		const rotation = rotationLoss(rotationLogits);
		const hinge = discriminatorHingeLoss(real, fake);
		return {
			total: tf.add(hinge, tf.mul(rotation, o.discriminatorRotationWeight)),
			logged: {
				adversarialLoss: hinge,
				realScore: tf.mean(real),
				fakeScore: tf.mean(fake),
				rotationLoss: rotation,
				rotationAccuracy: rotationAccuracy(rotationLogits),
			},
		};
	},

	generatorLoss(networks, { fakes }, o) {
		const batch = fakes.shape[0];
		const rotated = rotatedRows(batch, o.rotatedBatchFraction);
		const { features, logits } = networks.discriminate(appendRotations(fakes, rotated));
		const turned = tf.slice(features, [batch - rotated, 0], [4 * rotated, -1]);
		const rotation = rotationLoss(networks.predictRotation(turned));
		return {
			total: tf.add(
				generatorHingeLoss(tf.slice(logits, [0], [batch])),
				tf.mul(rotation, o.generatorRotationWeight),
			),
			logged: { fakeRotationLoss: rotation },
		};
	},
};
