import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { defineOperation, runKernel } from '../../../harness/tensor/kernels.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { turn } from './convolution.ts';
import { convolutionAttributes } from './convolution-attributes.ts';
import { shiftedPositions } from './kernel-shifts.ts';

/**
 * `convolve(x, kernel)` for few outputs, as the colours of an image: [N, H, W, out]. Kernels of CPUs compute 16 outputs
 * at once, of which three colours leave 13 idle. All outputs of 2×2 pixels together fill 12 of them: one convolution
 * with stride 2 by the four shifts of the kernel. The gradient of x is that of the plain convolution, which is faster.
 *
 * @param x [N, H, W, in], H and W even
 * @param kernel [k, k, in, out], k odd, at most 4 outputs to be worth it
 */
export function convolveInPatches(x: Tensor4D, kernel: Tensor4D): Tensor4D {
	return patchConvolution({ x, kernel }, {})[0] as Tensor4D;
}

/**
 * `convolve(x, kernel)` for few inputs, as the colours of an image: [N, H, W, out]. The gradient of x is a convolution
 * with few outputs.
 *
 * @param x [N, H, W, in], H and W even, at most 4 inputs to be worth it
 * @param kernel [k, k, in, out], k odd
 */
export function convolveColours(x: Tensor4D, kernel: Tensor4D): Tensor4D {
	return colourConvolution({ x, kernel }, {})[0] as Tensor4D;
}

const colourConvolution = defineOperation<'x' | 'kernel', object>({
	name: 'ColourConvolution',
	forward: ({ x, kernel }) => runKernel('Conv2D', convolutionAttributes(1), [x, kernel]),
	savedInputs: ['x', 'kernel'],
	gradient: ([upstream], [x, kernel]) => ({
		x: () => {
			const turned = tf.transpose(turn(kernel as Tensor4D), [0, 1, 3, 2]); // [k, k, out, in]
			return convolveInPatches(upstream as Tensor4D, turned);
		},
		kernel: () => {
			const shape = tf.tensor1d(kernel.shape, 'int32');
			return runKernel('Conv2DBackpropFilter', convolutionAttributes(1), [x, shape, upstream])[0];
		},
	}),
});

const patchConvolution = defineOperation<'x' | 'kernel', object>({
	name: 'PatchConvolution',
	forward: ({ x, kernel }) => {
		const [size, , inputs, outputs] = kernel.shape as Tensor4D['shape'];
		const positions = tf.reshape(kernel, [size ** 2, inputs * outputs]);
		const placed = tf.reshape(tf.matMul(shifts(size), positions), [(size + 1) ** 2, 4, inputs, outputs]);
		const wide = tf.reshape(tf.transpose(placed, [0, 2, 1, 3]), [size + 1, size + 1, inputs, 4 * outputs]);
		return [fromPatches(runKernel('Conv2D', inPatches(), [x, wide])[0], outputs)];
	},
	savedInputs: ['x', 'kernel'],
	gradient: ([upstream], [x, kernel]) => {
		const [size, , inputs, outputs] = kernel.shape as Tensor4D['shape'];
		return {
			x: () => {
				const shape = tf.tensor1d(x.shape, 'int32');
				return runKernel('Conv2DBackpropInput', convolutionAttributes(1), [shape, kernel, upstream])[0];
			},
			kernel: () => {
				const shape = tf.tensor1d([size + 1, size + 1, inputs, 4 * outputs], 'int32');
				const ofPatches = toPatches(upstream);
				const [wide] = runKernel('Conv2DBackpropFilter', inPatches(), [x, shape, ofPatches]);
				const ofShifts = tf.transpose(tf.reshape(wide, [(size + 1) ** 2, inputs, 4, outputs]), [0, 2, 1, 3]);
				const placed = tf.reshape(ofShifts, [(size + 1) ** 2 * 4, inputs * outputs]);
				return tf.reshape(tf.matMul(shifts(size), placed, true, false), kernel.shape);
			},
		};
	},
});

// k + 1 positions on an even map: (k - 1) / 2 zeros on either side.
const inPatches = () => convolutionAttributes(2);

/** [(k + 1)² · 4, k²]: 1 where a position of the kernel comes to lie by each of the four shifts. */
function shifts(size: number): Tensor2D {
	const rows = (size + 1) ** 2 * 4;
	const values = new Float32Array(rows * size ** 2);
	for (const { shift, from, to } of shiftedPositions(size)) values[(to * 4 + shift) * size ** 2 + from] = 1;
	return tf.tensor2d(values, [rows, size ** 2]);
}

/** [N, H/2, W/2, 4·C], the pixels of 2×2 row by row, to [N, H, W, C]. */
function fromPatches(patches: Tensor, channels: number): Tensor {
	const [batch, height, width] = patches.shape as Tensor4D['shape'];
	const rows = tf.reshape(patches, [batch * height, width, 2, 2 * channels]);
	// [N·H/2, 2, W/2, 2·C]
	return tf.reshape(tf.transpose(rows, [0, 2, 1, 3]), [batch, 2 * height, 2 * width, channels]);
}

/** The way back. */
function toPatches(x: Tensor): Tensor {
	const [batch, height, width, channels] = x.shape as Tensor4D['shape'];
	const rows = tf.reshape(x, [(batch * height) / 2, 2, width / 2, 2 * channels]);
	// [N·H/2, W/2, 2, 2·C]
	return tf.reshape(tf.transpose(rows, [0, 2, 1, 3]), [batch, height / 2, width / 2, 4 * channels]);
}
