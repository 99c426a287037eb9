import test from 'ava';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { relu } from '../../../../methods/networks/layers/activation.ts';
import { assertGolden } from '../support/golden.ts';

test('relu and its gradient equal JAX', t => {
	assertGolden(t, 'relu', ({ x }) => relu(x));
});

test('the gradient at 0 is 0', t => {
	const gradient = tf.tidy(() =>
		tf
			.grad(x => tf.sum(relu(x)))(tf.tensor1d([-1, 0, 1]))
			.dataSync(),
	);
	t.deepEqual([...gradient], [0, 0, 1]);
});
