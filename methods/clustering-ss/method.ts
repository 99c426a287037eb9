// CLUSTERING (SS): CLUSTERING whose discriminator also predicts rotations (§3.3 of the paper, with the default weights
// of Self-Supervised GANs, arXiv 1811.11212).
//
//   fewer-labels train --method clustering-ss --seed 1 --profile proxy-32 --data cifar10:DIR --out RUN
//
// Paper, 128×128, 50 clusters: FID 22.0, IS 23.5 (median of 3 seeds).
import { z } from 'zod';
import { tf } from '../../harness/tensor/tensorflow.ts';
import { discriminatorHingeLoss, generatorHingeLoss } from '../losses/hinge.ts';
import { appendRotations, rotatedRows } from '../losses/rotate-images.ts';
import { rotationAccuracy, rotationLoss } from '../losses/rotation.ts';
import type { Method } from '../method.ts';
import { bigGanConfig } from '../networks/big-gan/config.ts';

const options = z.strictObject({
	clusters: z
		.number()
		.int()
		.min(2)
		.default(50)
		.describe('Number of clusters K; the paper tries 50, 100, 200, 500 and 1000 and keeps 50'),
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
	name: 'clustering-ss',
	title: 'CLUSTERING (SS)',
	summary: 'CLUSTERING with a discriminator that is self-supervised by rotation prediction.',
	paper: { section: '3.3', rows: [{ name: 'CLUSTERING (SS)', tables: [2, 14] }] },
	equations: [
		'k(x) = number of the centre nearest to F(x), F trained by Eq. 1; p(y) = share of the images in cluster y',
		'D(x, y) = l(h(x)) + (y V)·h(x)',
		'L_D = hinge - β/|R| Σ_r E_x log p(c_R(h(x^r)) = r)   (Eq. 4)',
		'L_G = hinge - α/|R| Σ_r E_(z,y) log p(c_R(h(G(z, y)^r)) = r)   (Eq. 5)',
	],
	labelling: 'clusters',
	options,

	networks: size => bigGanConfig({ ...size, projection: true, rotationHead: true }),

	realLabels: labels => labels,

	discriminatorLoss(networks, { images, labels, fakes, fakeLabels }, o) {
		const batch = images.shape[0];
		const rotated = rotatedRows(batch, o.rotatedBatchFraction);
		// One forward pass of D over [real, real 90°, 180°, 270°, fake, fake 90°, 180°, 270°], as in the authors'
		// code; the rotated fakes do not enter this loss, so they are left out.
		const { features, logits } = networks.discriminate(tf.concat([fakes, appendRotations(images, rotated)]));
		const upright = tf.slice(features, [0, 0], [2 * batch, -1]); // [fakes, images]
		const scores = tf.add(
			tf.slice(logits, [0], [2 * batch]),
			networks.project(upright, tf.concat([fakeLabels, labels])),
		);
		const [fake, real] = tf.split(scores, 2);
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

	generatorLoss(networks, { fakes, fakeLabels }, o) {
		const batch = fakes.shape[0];
		const rotated = rotatedRows(batch, o.rotatedBatchFraction);
		const { features, logits } = networks.discriminate(appendRotations(fakes, rotated));
		const upright = tf.slice(features, [0, 0], [batch, -1]);
		const scores = tf.add(tf.slice(logits, [0], [batch]), networks.project(upright, fakeLabels));
		const turned = tf.slice(features, [batch - rotated, 0], [4 * rotated, -1]);
		const rotation = rotationLoss(networks.predictRotation(turned));
		return {
			total: tf.add(generatorHingeLoss(scores), tf.mul(rotation, o.generatorRotationWeight)),
			logged: { fakeRotationLoss: rotation },
		};
	},
};
