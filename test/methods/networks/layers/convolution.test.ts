import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { createStream } from '../../../../harness/tensor/random.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { convolve, convolveZeroInserted } from '../../../../methods/networks/layers/convolution.ts';
import { insertZeros } from '../../../../methods/networks/layers/resample.ts';
import { assertGolden } from '../support/golden.ts';

test('a convolution and its gradients equal JAX', t => {
	assertGolden(t, 'convolution', ({ x, kernel }) => convolve(x as Tensor4D, kernel as Tensor4D));
});

for (const size of ['1×1', '3×3']) {
	test(`a ${size} convolution of inserted zeros and its gradients equal JAX`, t => {
		assertGolden(t, `convolution of inserted zeros, ${size}`, ({ x, kernel }) =>
			convolveZeroInserted(x as Tensor4D, kernel as Tensor4D),
		);
	});
}

test('the short way equals inserting the zeros, also at the width of a small generator', t => {
	tf.tidy(() => {
		const stream = createStream(1, 'convolution-test');
		const x = tf.tensor4d(stream.normals(4 * 8 * 8 * 16), [4, 8, 8, 16]);
		const kernel = tf.tensor4d(stream.normals(9 * 16 * 24), [3, 3, 16, 24]);
		const difference = tf.sub(convolveZeroInserted(x, kernel), convolve(insertZeros(x), kernel));
		const worst = tf.max(tf.abs(difference)).dataSync()[0];
		t.true(worst < 1e-4, `off by ${worst}`);
	});
});
