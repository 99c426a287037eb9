import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { convolutionWithReLU, pool3x3 } from '../../../../harness/metrics/inception/kernels.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';

test('the average pool divides by 4 in corners, 6 at edges and 9 inside: padding does not count', t => {
	const before = tf.memory().numTensors;
	tf.tidy(() => {
		const ones = tf.ones([1, 3, 3, 1]) as Tensor4D;
		t.deepEqual(
			[...pool3x3('AvgPool', ones, { stride: 1, padding: 'same' }).dataSync()],
			new Array(9).fill(1),
		);
		// A single 1 in the middle is in every window: each shows its divisor.
		const middle = tf.tensor4d([0, 0, 0, 0, 1, 0, 0, 0, 0], [1, 3, 3, 1]);
		const divisors = [...pool3x3('AvgPool', middle, { stride: 1, padding: 'same' }).dataSync()].map(
			value => Math.round(1e6 / value) / 1e6,
		);
		t.deepEqual(divisors, [4, 6, 4, 6, 9, 6, 4, 6, 4]);
	});
	t.is(tf.memory().numTensors, before);
});

test('the max pool ignores padding, also below zero, and a stride of 2 drops what does not fill a window', t => {
	tf.tidy(() => {
		const negative = tf.fill([1, 3, 3, 1], -5) as Tensor4D;
		t.deepEqual(
			[...pool3x3('MaxPool', negative, { stride: 1, padding: 'same' }).dataSync()],
			new Array(9).fill(-5),
		);
		const ramp = tf.reshape(tf.range(0, 36), [1, 6, 6, 1]) as Tensor4D;
		const pooled = pool3x3('MaxPool', ramp, { stride: 2, padding: 'valid' });
		t.deepEqual(pooled.shape, [1, 2, 2, 1]);
		t.deepEqual([...pooled.dataSync()], [14, 16, 26, 28]);
	});
});

test('the convolution adds its bias and cuts below zero', t => {
	const before = tf.memory().numTensors;
	tf.tidy(() => {
		const map = tf.reshape(tf.range(0, 25), [1, 5, 5, 1]) as Tensor4D;
		// The kernel sums a cross of five pixels; its second output is the negative of the first.
		const cross = [0, 1, 0, 1, 1, 1, 0, 1, 0].flatMap(value => [value, -value]);
		const options = {
			kernel: tf.tensor4d(cross, [3, 3, 1, 2]),
			bias: tf.tensor1d([-40, 40]),
			stride: 2,
			padding: 'valid',
		} as const;
		const result = convolutionWithReLU(map, options);
		t.deepEqual(result.shape, [1, 2, 2, 2]);
		// Sums are 5 · 6, 8, 16, 18 = 30, 40, 80, 90.
		t.deepEqual([...result.dataSync()], [0, 10, 0, 0, 40, 0, 50, 0]);
		t.deepEqual(convolutionWithReLU(map, { ...options, stride: 1, padding: 'same' }).shape, [1, 5, 5, 2]);
	});
	t.is(tf.memory().numTensors, before);
});
