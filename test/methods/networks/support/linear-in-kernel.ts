import type { Scalar, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { ExecutionContext } from 'ava';
import { tf } from '../../../../harness/tensor/tensorflow.ts';

/**
 * Asserts that the gradient of a loss is what a change of single values of the kernel does. The loss is linear in the
 * kernel: the difference is exact up to rounding, however large the change.
 */
export function assertGradientOfLinear(
	t: ExecutionContext,
	loss: (kernel: Tensor4D) => Scalar,
	kernel: Tensor4D,
	indices: readonly number[],
): void {
	const gradient = tf
		.grad(k => loss(k as Tensor4D))(kernel)
		.dataSync();
	for (const index of indices) {
		const change = tf.tensor4d(
			Float32Array.from({ length: kernel.size }, (_, each) => (each === index ? 1 : 0)),
			kernel.shape,
		);
		const numeric = (loss(tf.add(kernel, change)).arraySync() - loss(tf.sub(kernel, change)).arraySync()) / 2;
		t.true(Math.abs(numeric - gradient[index]!) < 1e-4, `${index}: ${numeric}, ${gradient[index]}`);
	}
}
