import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { softmax } from '../../../../methods/networks/layers/softmax.ts';

const values = (make: () => Tensor): number[] => tf.tidy(() => [...make().dataSync()]);

test('rows sum to 1, in the ratios of the exponentials, also for large numbers', t => {
	const before = tf.memory().numTensors;
	// exp(0) : exp(log 3) = 1 : 3, and the same shifted by 1000.
	const rows = values(() => softmax(tf.tensor2d([0, Math.log(3), 1000, 1000 + Math.log(3)], [2, 2])));
	for (const [index, expected] of [0.25, 0.75, 0.25, 0.75].entries()) {
		t.true(Math.abs(rows[index] - expected) < (index < 2 ? 1e-6 : 2e-5), `${rows[index]}`);
	}
	t.is(tf.memory().numTensors, before);
});

test('values and gradients equal those of the composed operation of TensorFlow.js', t => {
	const scores = [0.3, -1.2, 2.5, 0, 0.7, -0.1];
	const upstream = [1, -2, 0.5, 3, 0.25, -1];
	const gradient = (activation: (x: Tensor) => Tensor): number[] =>
		values(() =>
			tf.grad((x: Tensor) => tf.sum(tf.mul(activation(x), tf.tensor2d(upstream, [2, 3]))))(
				tf.tensor2d(scores, [2, 3]),
			),
		);
	const [ours, theirs] = [gradient(softmax), gradient(x => tf.softmax(x))];
	for (const [index, expected] of theirs.entries()) t.true(Math.abs(ours[index] - expected) < 1e-6);
});
