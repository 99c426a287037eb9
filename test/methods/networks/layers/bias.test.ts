import test from 'ava';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { addBias } from '../../../../methods/networks/layers/bias.ts';
import { assertGolden } from '../support/golden.ts';

test('adding a bias and its gradients equal JAX', t => {
	assertGolden(t, 'bias', ({ x, bias }) => addBias(x, bias));
});

test('a matrix gets its bias in the last axis', t => {
	const sum = tf.tidy(() => addBias(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor1d([10, 20])).dataSync());
	t.deepEqual([...sum], [11, 22, 13, 24]);
});

test('the same tensor may reach the result by two paths', t => {
	// A gradient function that returned its argument itself would be added to, and freed, twice.
	const before = tf.memory().numTensors;
	const gradient = tf.tidy(() =>
		tf
			.grad(x => tf.sum(tf.add(addBias(x, tf.tensor1d([1])), tf.add(x, tf.mul(x, x)))))(tf.tensor2d([[3]]))
			.dataSync(),
	);
	t.deepEqual([...gradient], [8]);
	t.is(tf.memory().numTensors, before);
});
