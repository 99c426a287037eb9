import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { runKernel } from '../../tensor/kernels.ts';
import { tf } from '../../tensor/tensorflow.ts';

export interface ConvolutionOptions {
	/** [height, width, in, out] */
	readonly kernel: Tensor4D;
	/** [out] */
	readonly bias: Tensor1D;
	/** Step in pixels. */
	readonly stride: number;
	/** `same` keeps the size for stride 1. */
	readonly padding: 'same' | 'valid';
}

const float32 = { T: { type: 'float32' } } as const;

/** relu(conv(map, kernel) + bias) on [n, height, width, in]. BiasAdd is faster than a broadcast addition. */
export function convolutionWithReLU(map: Tensor4D, options: ConvolutionOptions): Tensor4D {
	const { kernel, bias, stride, padding } = options;
	return tf.tidy(() => {
		const [product] = runKernel(
			'Conv2D',
			{
				...float32,
				strides: { int: [1, stride, stride, 1] },
				padding: { string: padding.toUpperCase() },
			},
			[map, kernel],
		);
		const [shifted] = runKernel('BiasAdd', float32, [product, bias]);
		product.dispose();
		return runKernel('Relu', float32, [shifted])[0] as Tensor4D;
	});
}

export interface PoolOptions {
	/** Step in pixels. */
	readonly stride: number;
	readonly padding: 'same' | 'valid';
}

/**
 * Pooling over 3×3 pixels. The average leaves padding out of its divisor: 4 in a corner, 6 at an edge, 9 inside,
 * as TensorFlow does it and PyTorch by default does not.
 */
export function pool3x3(
	kind: 'AvgPool' | 'MaxPool',
	map: Tensor,
	{ stride, padding }: PoolOptions,
): Tensor4D {
	const attributes = {
		...float32,
		ksize: { int: [1, 3, 3, 1] },
		strides: { int: [1, stride, stride, 1] },
		padding: { string: padding.toUpperCase() },
	};
	return runKernel(kind, attributes, [map])[0] as Tensor4D;
}
