import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../tensor/tensorflow.ts';
import { resizeToBytes, resizeToFloats } from './pillow-resize.ts';

/**
 * How images are brought to the size of the network.
 *
 * - `bilinear-legacy`: TensorFlow 1, source position = target position · in / out, no antialiasing
 * - `bilinear-half-pixel`: PyTorch's `align_corners=False`, source position = (target + ½) · in / out - ½, no
 *   antialiasing
 * - `bilinear-antialias`, `bicubic-antialias`: Pillow, each channel as float32
 * - `bicubic-antialias-bytes`: Pillow on an 8-bit RGB image, the result rounded to bytes
 */
export type ResizeKernel =
	| 'bilinear-legacy'
	| 'bilinear-half-pixel'
	| 'bilinear-antialias'
	| 'bicubic-antialias'
	| 'bicubic-antialias-bytes';

/** Images of one size, NHWC, RGB in [0, 255]. */
export interface ImageStack {
	readonly count: number;
	readonly height: number;
	readonly width: number;
	/** count · height · width · 3 bytes, or floats where the source never was bytes. */
	readonly pixels: Uint8Array | Float32Array;
}

function resizeEach(
	{ count, height, width, pixels }: ImageStack,
	kernel: ResizeKernel,
	size: number,
): Tensor4D {
	const imageLength = height * width * 3;
	const resultLength = size * size * 3;
	const result = new Float32Array(count * resultLength);
	for (let index = 0; index < count; index++) {
		const part = pixels.subarray(index * imageLength, (index + 1) * imageLength);
		const image = { height, width, pixels: part };
		let resized: Uint8Array | Float32Array;
		if (kernel === 'bicubic-antialias-bytes') {
			if (!(part instanceof Uint8Array)) {
				throw new TypeError('bicubic-antialias-bytes: expected bytes; quantise the images first');
			}
			resized = resizeToBytes({ height, width, pixels: part }, 'bicubic', size);
		} else {
			resized = resizeToFloats(image, kernel === 'bicubic-antialias' ? 'bicubic' : 'bilinear', size);
		}
		result.set(resized, index * resultLength);
	}
	return tf.tensor4d(result, [count, size, size, 3]);
}

/**
 * Resizes images to size × size, which stretches those that are not square, as all tools do. An image that has
 * the size already passes unchanged under every kernel.
 *
 * @param size height and width of the result in pixels
 * @returns float32 [count, size, size, 3]; the cubic kernels overshoot [0, 255]; the caller disposes it
 */
export function resizeImages(stack: ImageStack, kernel: ResizeKernel, size: number): Tensor4D {
	const { count, height, width, pixels } = stack;
	const unchanged = height === size && width === size;
	if (!unchanged && kernel !== 'bilinear-legacy' && kernel !== 'bilinear-half-pixel') {
		return resizeEach(stack, kernel, size);
	}
	// TensorFlow may share memory with the array it is given, so it gets one of its own.
	const images = tf.tensor4d(Float32Array.from(pixels), [count, height, width, 3]);
	if (unchanged) return images;
	const resized = tf.image.resizeBilinear(images, [size, size], false, kernel === 'bilinear-half-pixel');
	images.dispose();
	return resized as Tensor4D;
}
