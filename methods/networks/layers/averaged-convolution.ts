import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { smallestAveragedMap } from './averaging-limits.ts';
import { convolve } from './convolution.ts';
import { shiftedPositions } from './kernel-shifts.ts';
import { averagePairs } from './resample.ts';

/**
 * `averagePairs(convolve(x, kernel))`: [N, H/2, W/2, out], on maps of `smallestAveragedMap` and above with less than
 * half of the multiplications, forwards and backwards. The average of a k×k convolution at four neighbours is one
 * convolution with stride 2 by the average of the kernel's four shifts: for k = 3, 16 products instead of 36.
 *
 * @param x [N, H, W, in], H and W even
 * @param kernel [k, k, in, out], k odd
 * @param smallest for tests; see `smallestAveragedMap`
 */
export function convolveAveraged(x: Tensor4D, kernel: Tensor4D, smallest = smallestAveragedMap): Tensor4D {
	if (Math.min(x.shape[1], x.shape[2]) < smallest) return averagePairs(convolve(x, kernel));
	const [size, , inputs, outputs] = kernel.shape;
	return tf.tidy(() => {
		const positions = tf.reshape(kernel, [size ** 2, inputs * outputs]);
		const average = tf.matMul(averageOfShifts(size), positions); // [(k + 1)², in · out]
		const wide: Tensor4D = tf.reshape(average, [size + 1, size + 1, inputs, outputs]);
		return tf.conv2d(x, wide, 2, 'same');
	});
}

/** [(k + 1)², k²]: what each position of the kernel adds to each of the wider one. */
function averageOfShifts(size: number): Tensor2D {
	const values = new Float32Array((size + 1) ** 2 * size ** 2);
	for (const { from, to } of shiftedPositions(size)) values[to * size ** 2 + from] = 1 / 4;
	return tf.tensor2d(values, [(size + 1) ** 2, size ** 2]);
}
