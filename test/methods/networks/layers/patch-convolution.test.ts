import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { createStream } from '../../../../harness/tensor/random.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { convolve } from '../../../../methods/networks/layers/convolution.ts';
import { convolveColours, convolveInPatches } from '../../../../methods/networks/layers/patch-convolution.ts';
import { assertClose, assertGolden } from '../support/golden.ts';
import { assertGradientOfLinear } from '../support/linear-in-kernel.ts';

for (const size of ['1×1', '3×3', '5×5']) {
	test(`a ${size} convolution to colours and its gradients equal JAX`, t => {
		assertGolden(t, `convolution to colours, ${size}`, ({ x, kernel }) =>
			convolveInPatches(x as Tensor4D, kernel as Tensor4D),
		);
	});
}

test('patches give the plain convolution, also at the size of a small generator', t => {
	tf.tidy(() => {
		const stream = createStream(1, 'patch-convolution-test');
		const x = tf.tensor4d(stream.normals(4 * 32 * 32 * 64), [4, 32, 32, 64]);
		const kernel = tf.tensor4d(stream.normals(9 * 64 * 3), [3, 3, 64, 3]);
		const difference = tf.sub(convolveInPatches(x, kernel), convolve(x, kernel));
		const worst = tf.max(tf.abs(difference)).dataSync()[0];
		t.true(worst < 2e-4, `off by ${worst}`);
	});
});

test('the gradient of the kernel is what a small change of it does', t => {
	tf.tidy(() => {
		const stream = createStream(2, 'patch-convolution-test');
		const x = tf.tensor4d(stream.normals(2 * 6 * 6 * 4), [2, 6, 6, 4]);
		const kernel = tf.tensor4d(stream.normals(9 * 4 * 3), [3, 3, 4, 3]);
		const weights = tf.tensor4d(stream.normals(2 * 6 * 6 * 3), [2, 6, 6, 3]);
		const loss = (k: Tensor4D) => tf.sum(tf.mul(convolveInPatches(x, k), weights)).asScalar();
		assertGradientOfLinear(t, loss, kernel, [0, 31, 60, 107]);
	});
});

test('a convolution of colours and its gradients equal the plain one', t => {
	const before = tf.memory().numTensors;
	tf.tidy(() => {
		const stream = createStream(3, 'patch-convolution-test');
		const x = tf.tensor4d(stream.normals(2 * 8 * 6 * 3), [2, 8, 6, 3]);
		const kernel = tf.tensor4d(stream.normals(9 * 3 * 16), [3, 3, 3, 16]);
		const upstream = tf.tensor4d(stream.normals(2 * 8 * 6 * 16), [2, 8, 6, 16]);
		const [ours, plain] = [convolveColours, convolve].map(way =>
			tf.valueAndGrads((a, b) => way(a as Tensor4D, b as Tensor4D))([x, kernel], upstream),
		);
		assertClose(t, ours.value.dataSync(), [...plain.value.dataSync()], 'output', 1e-6);
		for (const [index, name] of ['x', 'kernel'].entries()) {
			t.deepEqual(ours.grads[index].shape, plain.grads[index].shape);
			const expected = [...plain.grads[index].dataSync()];
			assertClose(t, ours.grads[index].dataSync(), expected, `gradient by ${name}`, 1e-6);
		}
	});
	t.is(tf.memory().numTensors, before);
});
