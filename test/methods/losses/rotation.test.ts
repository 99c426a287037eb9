import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { rotationAccuracy, rotationLoss } from '../../../methods/losses/rotation.ts';
import { assertGolden } from '../networks/support/golden.ts';

test('the loss and its gradient equal JAX', t => {
	assertGolden(t, 'rotation loss', ({ logits }) => rotationLoss(logits as Tensor2D));
});

test('knowing nothing costs log 4', t => {
	const loss = tf.tidy(() => rotationLoss(tf.zeros([8, 4])).dataSync()[0]);
	t.true(Math.abs(loss - Math.log(4)) < 1e-6);
});

test('being certain and wrong costs −log 1e-10, with finite gradients', t => {
	tf.tidy(() => {
		const wrong = tf.tensor2d([0, 1e4, 0, 0, 1e4, 0, 0, 0, 1e4, 0, 0, 0, 1e4, 0, 0, 0], [4, 4]);
		const { value, grad } = tf.valueAndGrad(logits => rotationLoss(logits as Tensor2D))(wrong);
		t.true(Math.abs(value.dataSync()[0] - 23.02585) < 1e-3);
		t.true([...grad.dataSync()].every(Number.isFinite));
	});
});

test('rows come in four groups: upright, 90°, 180°, 270°', t => {
	tf.tidy(() => {
		const groups = [0, 0, 1, 1, 2, 2, 3, 3];
		const right = tf.oneHot(tf.tensor1d(Int32Array.from(groups)), 4, 50, 0, 'float32') as Tensor2D;
		t.true(rotationLoss(right).dataSync()[0] < 1e-6);
		t.is(rotationAccuracy(right).dataSync()[0], 1);
		const interleaved = tf.gather(right, tf.tensor1d([0, 2, 4, 6, 1, 3, 5, 7], 'int32'));
		t.is(rotationAccuracy(interleaved).dataSync()[0], 0.25);
	});
});

test('refuses logits that are not four groups of four', t => {
	for (const shape of [
		[6, 4],
		[4, 3],
		[0, 4],
	] as const) {
		const error = t.throws(() => tf.tidy(() => rotationLoss(tf.zeros([...shape]))), {
			instanceOf: RangeError,
		});
		t.is(error.message, `rotation logits: expected shape [4·n, 4], got [${shape}]`);
	}
});
