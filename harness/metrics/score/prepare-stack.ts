import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../tensor/tensorflow.ts';
import type { Preset } from '../protocols/preset.ts';
import { quantise } from '../resize/quantise.ts';
import { type ImageStack, resizeImages } from '../resize/resize-images.ts';

/**
 * Images as a protocol wants them before they are scaled: quantised, resized, clipped.
 *
 * @param size height and width of the result in pixels
 * @returns float32 [count, size, size, 3] in [0, 255] (cubic kernels overshoot it); the caller disposes it
 */
export function prepareStack(
	stack: ImageStack,
	preset: Pick<Preset, 'quantisation' | 'resize' | 'clip'>,
	size: number,
): Tensor4D {
	const pixels = quantise(stack.pixels, preset.quantisation.value);
	const resized = resizeImages({ ...stack, pixels }, preset.resize.value, size);
	if (!preset.clip.value) return resized;
	const clipped = tf.clipByValue(resized, 0, 255);
	resized.dispose();
	return clipped;
}
