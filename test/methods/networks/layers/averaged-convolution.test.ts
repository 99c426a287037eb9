import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { profileKernels } from '../../../../ci/bench/train/kernel-profile.ts';
import { createStream } from '../../../../harness/tensor/random.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { convolveAveraged } from '../../../../methods/networks/layers/averaged-convolution.ts';
import { smallestAveragedMap } from '../../../../methods/networks/layers/averaging-limits.ts';
import { convolve } from '../../../../methods/networks/layers/convolution.ts';
import { averagePairs } from '../../../../methods/networks/layers/resample.ts';
import { assertGolden } from '../support/golden.ts';
import { assertGradientOfLinear } from '../support/linear-in-kernel.ts';

for (const size of ['1×1', '3×3', '5×5']) {
	for (const [way, smallest] of [
		['at once', 2],
		['one after the other', 7],
	] as const) {
		test(`a ${size} convolution and its average ${way}, and their gradients, equal JAX`, t => {
			assertGolden(t, `average of a convolution, ${size}`, ({ x, kernel }) =>
				convolveAveraged(x as Tensor4D, kernel as Tensor4D, smallest),
			);
		});
	}
}

/** Shapes that TensorFlow's convolution reads. */
const convolutions = (x: Tensor4D, kernel: Tensor4D): string[] =>
	profileKernels(() => tf.tidy(() => void convolveAveraged(x, kernel)))
		.filter(({ kernel }) => kernel === 'Conv2D')
		.map(({ shapes }) => shapes);

test('large maps are convolved once by the wider kernel, small ones are averaged', t => {
	tf.tidy(() => {
		const stream = createStream(1, 'averaged-convolution-test');
		const kernel = tf.tensor4d(stream.normals(9 * 16 * 24), [3, 3, 16, 24]);
		for (const side of [smallestAveragedMap, smallestAveragedMap / 2]) {
			const x = tf.tensor4d(stream.normals(4 * side * side * 16), [4, side, side, 16]);
			const difference = tf.sub(convolveAveraged(x, kernel), averagePairs(convolve(x, kernel)));
			const worst = tf.max(tf.abs(difference)).dataSync()[0];
			t.true(worst < 1e-4, `off by ${worst}`);
			const size = side === smallestAveragedMap ? '4×4' : '3×3';
			t.deepEqual(convolutions(x, kernel), [`4×${side}×${side}×16, ${size}×16×24`]);
		}
	});
});

test('the gradient of the kernel is what a small change of it does', t => {
	tf.tidy(() => {
		const stream = createStream(2, 'averaged-convolution-test');
		const x = tf.tensor4d(stream.normals(2 * 16 * 16 * 3), [2, 16, 16, 3]);
		const kernel = tf.tensor4d(stream.normals(9 * 3 * 2), [3, 3, 3, 2]);
		const weights = tf.tensor4d(stream.normals(2 * 8 * 8 * 2), [2, 8, 8, 2]);
		const loss = (k: Tensor4D) => tf.sum(tf.mul(convolveAveraged(x, k), weights)).asScalar();
		assertGradientOfLinear(t, loss, kernel, [0, 13, 29, 53]);
	});
});
