import type { Tensor, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { createStream } from '../../../../harness/tensor/random.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { convolve, convolveZeroInserted, turn } from '../../../../methods/networks/layers/convolution.ts';
import { insertZeros } from '../../../../methods/networks/layers/resample.ts';
import { assertGolden } from '../support/golden.ts';

const turnMaps = (x: Tensor): Tensor4D => tf.reverse(x as Tensor4D, [1, 2]);

test('a convolution and its gradients equal JAX', t => {
	assertGolden(t, 'convolution', ({ x, kernel }) => convolve(x as Tensor4D, kernel as Tensor4D));
});

// JAX has the values in even rows and columns: the same seen upside down.
test('a convolution of inserted zeros and its gradients equal JAX', t => {
	assertGolden(t, 'convolution of inserted zeros, 3×3', ({ x, kernel }) =>
		turnMaps(convolveZeroInserted(turnMaps(x), kernel as Tensor4D)),
	);
});

test('a 1×1 convolution before zero insertion and its gradients equal JAX', t => {
	assertGolden(t, 'convolution of inserted zeros, 1×1', ({ x, kernel }) =>
		turnMaps(insertZeros(convolve(turnMaps(x), kernel as Tensor4D))),
	);
});

for (const size of [3, 5]) {
	test(`with ${size}×${size} kernels the short way equals inserting the zeros, at the width of a small generator`, t => {
		tf.tidy(() => {
			const stream = createStream(1, 'convolution-test');
			const x = tf.tensor4d(stream.normals(4 * 8 * 8 * 16), [4, 8, 8, 16]);
			const kernel = tf.tensor4d(stream.normals(size ** 2 * 16 * 24), [size, size, 16, 24]);
			const difference = tf.sub(convolveZeroInserted(x, kernel), convolve(insertZeros(x), turn(kernel)));
			const worst = tf.max(tf.abs(difference)).dataSync()[0];
			t.true(worst < 1e-4, `off by ${worst}`);
		});
	});
}
