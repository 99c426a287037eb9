// S3GAN: S2GAN whose discriminator also predicts image rotations (§3.3 of the paper, Eq. 4 and 5). With all labels
// there is nothing to infer: the true ones are used.
//
//   fewer-labels train --method s3gan --labels 10% --seed 1 --profile proxy-32 --data cifar10:DIR --out RUN
//
// Paper, 128×128, 10 % labels: FID 8.0, IS 78.7 (median of 3 seeds).
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
		.default(0.5)
		.describe('β of Eq. 4, on real images; 0.5 in the paper for S3GAN'),
	generatorRotationWeight: z
		.number()
		.min(0)
		.default(0.2)
		.describe('α of Eq. 5, on generated images; 0.2 in the paper'),
});
type Options = z.infer<typeof options>;

export const method: Method<Options> = {
	name: 's3gan',
	title: 'S3GAN',
	summary: 'S2GAN with a discriminator that is self-supervised by rotation prediction.',
	paper: { section: '3.3', rows: [{ name: 'S3GAN', tables: [1, 4, 12] }] },
	equations: [
		'ŷ(x) = argmax_c p(c | x) of the classifier c_C2L(F(x)) of Eq. 2',
		'D(x, y) = l(h(x)) + (y V)·h(x)',
		'L_D = hinge - β/|R| Σ_r E_x log p(c_R(h(x^r)) = r)   (Eq. 4)',
		'L_G = hinge - α/|R| Σ_r E_(z,y) log p(c_R(h(G(z, y)^r)) = r)   (Eq. 5)',
	],
	labelling: 'inferred-labels',
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
