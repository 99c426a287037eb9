import type { KernelAttributes } from '../../../harness/tensor/kernels.ts';

/**
 * Attributes of TensorFlow's `Conv2D` and of the kernels of its gradients, for float32 in NHWC: padded with zeros to
 * 1/stride of the height and width, with one more at the end if their number is odd. With paddings that are given as
 * numbers both gradients take twice as long on a CPU, as oneDNN does not compute them then.
 *
 * @param stride rows and columns
 */
export function convolutionAttributes(stride: number): KernelAttributes {
	return {
		T: { type: 'float32' },
		strides: { int: [1, stride, stride, 1] },
		use_cudnn_on_gpu: { bool: true },
		padding: { string: 'SAME' },
		data_format: { string: 'NHWC' },
		dilations: { int: [1, 1, 1, 1] },
	};
}
