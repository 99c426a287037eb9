import type { KernelAttributes } from '../../../harness/tensor/kernels.ts';

/**
 * Attributes of TensorFlow's `Conv2D` and of the kernels of its gradients, for float32 in NHWC.
 *
 * @param stride rows and columns
 * @param padding with zeros. Numbers are rows above and below, and columns left and right; with them the kernels of both
 * gradients take twice as long on a CPU, as oneDNN does not compute them then.
 */
export function convolutionAttributes(
	stride: number,
	padding: 'SAME' | 'VALID' | { readonly before: number; readonly after: number },
): KernelAttributes {
	const explicit: KernelAttributes =
		typeof padding === 'string'
			? { padding: { string: padding } }
			: {
					padding: { string: 'EXPLICIT' },
					explicit_paddings: {
						int: [0, 0, padding.before, padding.after, padding.before, padding.after, 0, 0],
					},
				};
	return {
		T: { type: 'float32' },
		strides: { int: [1, stride, stride, 1] },
		use_cudnn_on_gpu: { bool: true },
		...explicit,
		data_format: { string: 'NHWC' },
		dilations: { int: [1, 1, 1, 1] },
	};
}
