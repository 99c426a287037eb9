import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { defineOperation, runKernel } from '../../../harness/tensor/kernels.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { convolutionAttributes } from './convolution-attributes.ts';

/** x [N, H, W, in] * kernel [k, k, in, out] with stride 1 and zero padding: [N, H, W, out]. No bias. */
export function convolve(x: Tensor4D, kernel: Tensor4D): Tensor4D {
	return tf.conv2d(x, kernel, 1, 'same');
}

/** A kernel [k, k, in, out] turned by 180 degrees: what convolves a turned map. */
export const turn = (kernel: Tensor4D): Tensor4D => tf.reverse(kernel, [0, 1]);

/**
 * `convolve(insertZeros(x), turn(kernel))`: [N, 2H, 2W, out], without multiplying the zeros. Three of four inputs of
 * that convolution are zero, so it equals the transposed convolution with stride 2 and the kernel turned once more, at
 * a quarter of the work, forwards and backwards.
 *
 * @param x [N, H, W, in]
 * @param kernel [k, k, in, out], k odd, 3 or more
 */
export function convolveZeroInserted(x: Tensor4D, kernel: Tensor4D): Tensor4D {
	// [k, k, out, in]: the kernel of the strided convolution that this is the transpose of.
	const transposed = tf.transpose(kernel, [0, 1, 3, 2]);
	return transposedConvolution({ x, kernel: transposed }, {})[0] as Tensor4D;
}

// Gradients of a convolution with stride 2 from [N, 2H, 2W, out] to [N, H, W, in], used in the other direction. TensorFlow
// pads that one with a row and a column more at the end than at the beginning, which is right for values in odd rows
// and columns.
const strided = () => convolutionAttributes(2);

const transposedConvolution = defineOperation<'x' | 'kernel', object>({
	name: 'TransposedConvolution',
	forward: ({ x, kernel }) => {
		const [batch, height, width] = x.shape as Tensor4D['shape'];
		const sizes = tf.tensor1d([batch, 2 * height, 2 * width, kernel.shape[2]!], 'int32');
		return runKernel('Conv2DBackpropInput', strided(), [sizes, kernel, x]);
	},
	savedInputs: ['x', 'kernel'],
	gradient: ([upstream], [x, kernel]) => ({
		x: () => runKernel('Conv2D', strided(), [upstream, kernel])[0],
		kernel: () => {
			const sizes = tf.tensor1d(kernel.shape, 'int32');
			return runKernel('Conv2DBackpropFilter', strided(), [upstream, sizes, x])[0];
		},
	}),
});
