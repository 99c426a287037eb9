import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { defineOperation, runKernel } from '../../../harness/tensor/kernels.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';

/**
 * Convolution after (k − 1)/2 pixels of zeros on every side. With stride 2 and an even map TensorFlow's `same`
 * pads otherwise: nothing before, one pixel more after.
 *
 * @param x [N, H, W, in]
 * @param kernel [k, k, in, out], k odd
 * @returns [N, ⌈H/stride⌉, ⌈W/stride⌉, out]
 */
export function convolvePadded(x: Tensor4D, kernel: Tensor4D, stride: 1 | 2): Tensor4D {
	return paddedConvolution({ x, kernel }, { stride })[0] as Tensor4D;
}

const paddedConvolution = defineOperation<'x' | 'kernel', { readonly stride: number }>({
	name: 'PaddedConvolution',
	forward: ({ x, kernel }, { stride }) =>
		runKernel('Conv2D', attributes(kernel.shape[0]!, stride), [x, kernel]),
	savedInputs: ['x', 'kernel'],
	gradient: ([upstream], [x, kernel], { stride }) => {
		const shared = attributes(kernel.shape[0]!, stride);
		return {
			x: () => {
				const sizes = tf.tensor1d(x.shape, 'int32');
				return runKernel('Conv2DBackpropInput', shared, [sizes, kernel, upstream])[0];
			},
			kernel: () => {
				const sizes = tf.tensor1d(kernel.shape, 'int32');
				return runKernel('Conv2DBackpropFilter', shared, [x, sizes, upstream])[0];
			},
		};
	},
});

function attributes(kernelSize: number, stride: number) {
	const side = (kernelSize - 1) / 2;
	return {
		T: { type: 'float32' },
		strides: { int: [1, stride, stride, 1] },
		use_cudnn_on_gpu: { bool: true },
		padding: { string: 'EXPLICIT' },
		explicit_paddings: { int: [0, 0, side, side, side, side, 0, 0] },
		data_format: { string: 'NHWC' },
		dilations: { int: [1, 1, 1, 1] },
	} as const;
}
