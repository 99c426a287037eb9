import test from 'ava';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { addBias, addCancelledBias } from '../../../../methods/networks/layers/bias.ts';
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

test('a bias that the norm after it subtracts is left out, and gets a gradient of 0', t => {
	const before = tf.memory().numTensors;
	const { value, grads } = tf.tidy(() => {
		const [x, bias] = [tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor1d([10, 20])];
		const result = tf.valueAndGrads((a, b) => addCancelledBias(a, b))(
			[x, bias],
			tf.tensor2d([5, 6, 7, 8], [2, 2]),
		);
		return {
			value: [...result.value.dataSync()],
			grads: result.grads.map(each => [...each.dataSync()]),
		} as never;
	}) as { value: number[]; grads: number[][] };
	t.deepEqual(value, [1, 2, 3, 4]);
	t.deepEqual(grads, [
		[5, 6, 7, 8],
		[0, 0],
	]);
	t.is(tf.memory().numTensors, before);
});
