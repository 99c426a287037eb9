import type { Variable } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { createStream } from '../../../../harness/tensor/random.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { initialValue } from '../../../../methods/networks/initializers.ts';
import { singularVectorShape, spectralNorm } from '../../../../methods/networks/layers/spectral-norm.ts';
import { assertClose, assertGolden, goldenCase, toTensor } from '../support/golden.ts';

for (const side of ['wide', 'tall', 'square']) {
	test(`a ${side} kernel, its gradient and its next singular vector equal JAX`, t => {
		const name = `spectral norm, ${side}`;
		const golden = goldenCase(name);
		const vector = tf.tidy(() => tf.variable(toTensor(golden.inputs.vector), false));
		t.deepEqual(vector.shape, singularVectorShape(golden.inputs.kernel.shape));
		assertGolden(t, name, ({ kernel }) => spectralNorm(kernel, vector));
		assertClose(t, vector.dataSync(), golden.extras.vector.values, 'advanced singular vector');
		vector.dispose();
	});
}

test('the shorter side is stored, the left one of a square', t => {
	t.deepEqual(singularVectorShape([20, 24_576]), [20, 1]);
	t.deepEqual(singularVectorShape([3, 3, 96, 96]), [1, 96]);
	t.deepEqual(singularVectorShape([1, 1, 96, 96]), [96, 1]);
});

test('the estimate converges to the largest singular value', t => {
	// diag(5, 2, 1), turned by a permutation.
	const kernel = tf.tensor2d([0, 2, 0, 0, 0, 5, 1, 0, 0], [3, 3]);
	const vector = tf.tidy(() => tf.variable(tf.tensor2d([1, 1, 1], [3, 1]), false));
	const largest = (): number => tf.tidy(() => tf.max(spectralNorm(kernel, vector)).dataSync()[0]);
	const first = largest();
	for (let call = 0; call < 20; call++) largest();
	t.true(Math.abs(first - 1) > 0.01);
	t.true(Math.abs(largest() - 1) < 1e-6);
	kernel.dispose();
	vector.dispose();
});

for (const shape of [
	[3, 3, 4, 6],
	[5, 40],
	[1, 1, 8, 8],
]) {
	test(`a fresh orthogonal kernel of shape [${shape}] is not changed: its singular values are 1`, t => {
		const stream = createStream(3, 'spectral-norm-test');
		const vector: Variable = tf.tidy(() => {
			const side = singularVectorShape(shape);
			return tf.variable(tf.tensor2d(stream.normals(side[0] * side[1]), side), false);
		});
		tf.tidy(() => {
			const kernel = initialValue(
				{ name: 'k', shape, initializer: 'orthogonal', spectralNorm: true },
				stream,
			);
			assertClose(t, spectralNorm(kernel, vector).dataSync(), [...kernel.dataSync()], 'kernel', 1e-6);
		});
		vector.dispose();
	});
}
