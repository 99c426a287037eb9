import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { appendRotations, rotatedRows, rotateImages } from '../../../methods/losses/rotate-images.ts';
import { assertGolden } from '../networks/support/golden.ts';

for (const turns of [0, 1, 2, 3] as const) {
	test(`${turns} quarter turns and their gradient equal numpy.rot90`, t => {
		assertGolden(t, `rotation by ${turns} quarter turns`, ({ images }) =>
			rotateImages(images as Tensor4D, turns),
		);
	});
}

test('the turned copies of the last images follow the batch, one angle after the other', t => {
	const before = tf.memory().numTensors;
	tf.tidy(() => {
		const images = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 2, 2, 1]);
		const all = appendRotations(images, 2);
		t.deepEqual(all.shape, [9, 2, 2, 1]);
		t.deepEqual(
			[...all.dataSync()],
			[
				...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
				...[6, 8, 5, 7, 10, 12, 9, 11],
				...[8, 7, 6, 5, 12, 11, 10, 9],
				...[7, 5, 8, 6, 11, 9, 12, 10],
			],
		);
	});
	t.is(tf.memory().numTensors, before);
});

test('refuses to turn more images than there are', t => {
	t.throws(() => tf.tidy(() => appendRotations(tf.zeros([3, 2, 2, 1]), 4)), {
		message: 'count: expected an integer in [1, 3], the number of images, got 4',
	});
});

test('the rotated part of the batch is a quarter of its fraction', t => {
	t.deepEqual(
		[1, 2, 4].map(fraction => rotatedRows(16, fraction)),
		[4, 2, 1],
	);
	for (const fraction of [3, 8, 32]) t.throws(() => rotatedRows(16, fraction), { instanceOf: UsageError });
});
