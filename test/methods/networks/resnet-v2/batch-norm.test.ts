import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { normaliseBatch } from '../../../../methods/networks/resnet-v2/batch-norm.ts';
import { assertGolden } from '../support/golden.ts';

test('the normalised batch and its gradients equal JAX', t => {
	assertGolden(
		t,
		'batch norm',
		({ x, scale, offset }) => normaliseBatch(x as Tensor4D, scale, offset, 1e-5).normalised,
	);
});

test('the mean, and the variance with one degree of freedom less, come back', t => {
	tf.tidy(() => {
		// Mean 2.5, sum of squared differences 5 over 4 values.
		const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
		const { normalised, mean, variance } = normaliseBatch(x, tf.ones([1]), tf.zeros([1]), 1e-3);
		t.is(mean.dataSync()[0], 2.5);
		t.true(Math.abs(variance.dataSync()[0] - 5 / 3) < 1e-6);
		t.true(Math.abs(normalised.dataSync()[0] + 1.5 / Math.sqrt(1.25 + 1e-3)) < 1e-6);
	});
});
