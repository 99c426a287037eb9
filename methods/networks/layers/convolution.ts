import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { defineOperation, runKernel } from '../../../harness/tensor/kernels.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';

/** x [N, H, W, in] * kernel [k, k, in, out] with stride 1 and zero padding: [N, H, W, out]. No bias. */
export function convolve(x: Tensor4D, kernel: Tensor4D): Tensor4D {
	return tf.conv2d(x, kernel, 1, 'same');
}

/**
 * The same convolution of x after zero insertion (`insertZeros`): [N, 2H, 2W, out], without multiplying the
 * zeros. Three of four inputs of that convolution are zero, so it equals the transposed convolution with stride 2
 * and the kernel turned by 180 degrees, at a quarter of the work, forwards and backwards.
 *
 * @param x [N, H, W, in]
 * @param kernel [k, k, in, out], k odd
 */
export function convolveZeroInserted(x: Tensor4D, kernel: Tensor4D): Tensor4D {
	// [k, k, out, in]: the kernel of the strided convolution that this is the transpose of.
	const turned = tf.transpose(tf.reverse(kernel, [0, 1]), [0, 1, 3, 2]);
	return transposedConvolution({ x, kernel: turned }, {})[0] as Tensor4D;
}

// Gradients of a convolution with stride 2 from [N, 2H, 2W, out] to [N, H, W, in], used in the other direction.
const transposedConvolution = defineOperation<'x' | 'kernel', object>({
	name: 'TransposedConvolution',
	forward: ({ x, kernel }) => {
		const [batch, height, width] = x.shape;
		const sizes = tf.tensor1d([batch!, 2 * height!, 2 * width!, kernel.shape[2]!], 'int32');
		return runKernel('Conv2DBackpropInput', strided(kernel.shape[0]!), [sizes, kernel, x]);
	},
	savedInputs: ['x', 'kernel'],
	gradient: ([upstream], [x, kernel]) => ({
		x: () => runKernel('Conv2D', strided(kernel.shape[0]!), [upstream, kernel])[0],
		kernel: () => {
			const sizes = tf.tensor1d(kernel.shape, 'int32');
			return runKernel('Conv2DBackpropFilter', strided(kernel.shape[0]!), [upstream, sizes, x])[0];
		},
	}),
});

function strided(kernelSize: number) {
	// An input at position i reaches the outputs 2i - before … 2i + before; one less at the far end.
	const before = (kernelSize - 1) / 2;
	const after = Math.max(before - 1, 0);
	return {
		T: { type: 'float32' },
		strides: { int: [1, 2, 2, 1] },
		use_cudnn_on_gpu: { bool: true },
		padding: { string: 'EXPLICIT' },
		explicit_paddings: { int: [0, 0, before, after, before, after, 0, 0] },
		data_format: { string: 'NHWC' },
		dilations: { int: [1, 1, 1, 1] },
	} as const;
}
