import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { classLoss, labelledRows } from '../../../methods/losses/class.ts';
import { assertGolden } from '../networks/support/golden.ts';

for (const labels of ['all labelled', 'half labelled', 'none labelled', 'soft']) {
	test(`with ${labels} rows the loss and its gradient equal JAX`, t => {
		assertGolden(t, `class loss, ${labels}`, inputs =>
			classLoss(inputs.logits as Tensor2D, inputs.labels as Tensor2D),
		);
	});
}

test('a batch without any label costs exactly 0, also for extreme logits', t => {
	tf.tidy(() => {
		const logits = tf.tensor2d([1e30, -1e30, 0, 0], [2, 2]);
		const { value, grad } = tf.valueAndGrad(x => classLoss(x as Tensor2D, tf.zeros([2, 2])))(logits);
		t.is(Math.abs(value.dataSync()[0]), 0);
		t.deepEqual([...grad.dataSync()].map(Math.abs), [0, 0, 0, 0]);
	});
});

test('unlabelled rows do not dilute the mean', t => {
	tf.tidy(() => {
		const one = classLoss(tf.zeros([1, 2]), tf.tensor2d([1, 0], [1, 2])).dataSync()[0];
		const withUnlabelled = classLoss(tf.zeros([3, 2]), tf.tensor2d([1, 0, 0, 0, 0, 0], [3, 2])).dataSync()[0];
		t.true(Math.abs(one - Math.log(2)) < 1e-6);
		t.is(withUnlabelled, one);
	});
});

test('a row is labelled if it sums to more than one half', t => {
	const flags = tf.tidy(() =>
		labelledRows(tf.tensor2d([1, 0, 0, 0, 0.3, 0.3, 0.25, 0.25], [4, 2])).dataSync(),
	);
	t.deepEqual([...flags], [1, 0, 1, 0]);
});
