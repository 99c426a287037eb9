import { resizeToBytes } from '../../metrics/resize/pillow-resize.ts';
import type { ResizeRule } from './recipes.ts';
import { type Raster, resizeBilinear } from './resize-bilinear.ts';
import type { Window } from './window.ts';

/** `bytes`: uint8, rounded half up; `unit`: float32 in [0, 1], not rounded, as compare_gan feeds its networks. */
export type PixelForm = 'bytes' | 'unit';

/**
 * Cuts and resizes a decoded picture, in plain JavaScript: for pictures that need no decoder, or that TensorFlow
 * does not decode.
 *
 * @returns RGB, resolution² · 3
 */
export function prepareRaster(
	picture: Raster,
	window: Window,
	{ resolution, resize, form }: { resolution: number; resize: ResizeRule; form: PixelForm },
): Uint8Array | Float32Array {
	if (resize !== 'bilinear-legacy') {
		const filter = resize === 'bicubic-antialias' ? 'bicubic' : 'bilinear';
		const bytes = resizeToBytes(cut(picture, window), filter, resolution);
		return form === 'bytes' ? bytes : Float32Array.from(bytes, value => value / 255);
	}
	if (form === 'bytes' && window.height === resolution && window.width === resolution) {
		return cut(picture, window).pixels;
	}
	const values = resizeBilinear(picture, window, resolution);
	if (form === 'bytes') return Uint8Array.from(values, value => Math.floor(value + 0.5));
	for (let index = 0; index < values.length; index++) values[index] /= 255;
	return values;
}

/** A copy of that part of the picture. */
export function cut({ width, pixels }: Raster, window: Window): Raster {
	const rowBytes = window.width * 3;
	const part = new Uint8Array(window.height * rowBytes);
	for (let row = 0; row < window.height; row++) {
		const start = ((window.top + row) * width + window.left) * 3;
		part.set(pixels.subarray(start, start + rowBytes), row * rowBytes);
	}
	return { height: window.height, width: window.width, pixels: part };
}
