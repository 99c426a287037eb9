import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { defineOperation, runKernel } from '../../../harness/tensor/kernels.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { convolutionAttributes } from './convolution-attributes.ts';

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

// Gradients of a convolution with stride 2 from [N, 2H, 2W, out] to [N, H, W, in], used in the other direction. An input
// at position i reaches the outputs 2i - before … 2i + before. Those are computed on a map that has `margin` rows and
// columns more, of which `before` come first, and cut out: it needs no padding, with which oneDNN would not compute it.
const transposedConvolution = defineOperation<'x' | 'kernel', object>({
	name: 'TransposedConvolution',
	forward: ({ x, kernel }) => {
		const [batch, height, width] = x.shape as Tensor4D['shape'];
		const [size, , outputs] = kernel.shape as Tensor4D['shape'];
		const { before, margin } = marginsOf(size);
		const sizes = tf.tensor1d([batch, 2 * height + margin, 2 * width + margin, outputs], 'int32');
		const [wide] = runKernel('Conv2DBackpropInput', convolutionAttributes(2, 'VALID'), [sizes, kernel, x]);
		return [tf.slice(wide, [0, before, before, 0], [batch, 2 * height, 2 * width, outputs])];
	},
	savedInputs: ['x', 'kernel'],
	gradient: ([upstream], [x, kernel]) => {
		const { before, margin } = marginsOf(kernel.shape[0]!);
		const after = margin - before;
		return {
			x: () => runKernel('Conv2D', convolutionAttributes(2, { before, after }), [upstream, kernel])[0],
			kernel: () => {
				const sizes = tf.tensor1d(kernel.shape, 'int32');
				const wide = tf.pad(upstream, [
					[0, 0],
					[before, after],
					[before, after],
					[0, 0],
				]);
				return runKernel('Conv2DBackpropFilter', convolutionAttributes(2, 'VALID'), [wide, sizes, x])[0];
			},
		};
	},
});

/** Rows, and columns, of the map beside the 2H: all of them, and those before the first. */
function marginsOf(kernelSize: number) {
	return { before: (kernelSize - 1) / 2, margin: Math.max(kernelSize - 2, 0) };
}
