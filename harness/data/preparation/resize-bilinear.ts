import type { Window } from './window.ts';

/** A decoded picture: uint8 RGB, row, column, channel. */
export interface Raster {
	/** In pixels. */
	readonly height: number;
	/** In pixels. */
	readonly width: number;
	/** height · width · 3 bytes. */
	readonly pixels: Uint8Array;
}

/** Neighbours and weights along one axis by TensorFlow 1's rule, in float32 as in its kernel. */
function neighbours(extent: number, resolution: number) {
	const scale = Math.fround(extent / resolution);
	const low = new Int32Array(resolution);
	const high = new Int32Array(resolution);
	const part = new Float32Array(resolution);
	for (let target = 0; target < resolution; target++) {
		const position = Math.fround(target * scale);
		low[target] = Math.floor(position);
		high[target] = Math.min(low[target] + 1, extent - 1);
		part[target] = position - low[target];
	}
	return { low, high, part };
}

/**
 * Resizes a part of a picture to resolution × resolution by TensorFlow 1's bilinear rule: source position = target
 * position · extent / resolution (no half-pixel centres), no antialiasing. Same numbers as TensorFlow's kernel
 * `ResizeBilinear` with `align_corners` and `half_pixel_centers` false, up to the rounding of float32.
 *
 * @returns float32 RGB in [0, 255], resolution² · 3
 */
export function resizeBilinear(picture: Raster, window: Window, resolution: number): Float32Array {
	const { pixels, width } = picture;
	const rows = neighbours(window.height, resolution);
	const columns = neighbours(window.width, resolution);
	const resized = new Float32Array(resolution * resolution * 3);
	let target = 0;
	for (let row = 0; row < resolution; row++) {
		const upper = (window.top + rows.low[row]) * width + window.left;
		const lower = (window.top + rows.high[row]) * width + window.left;
		const down = rows.part[row];
		for (let column = 0; column < resolution; column++) {
			const [low, high, right] = [columns.low[column], columns.high[column], columns.part[column]];
			const [upperLeft, upperRight] = [(upper + low) * 3, (upper + high) * 3];
			const [lowerLeft, lowerRight] = [(lower + low) * 3, (lower + high) * 3];
			for (let channel = 0; channel < 3; channel++) {
				const topLeft = pixels[upperLeft + channel];
				const bottomLeft = pixels[lowerLeft + channel];
				const top = topLeft + (pixels[upperRight + channel] - topLeft) * right;
				const bottom = bottomLeft + (pixels[lowerRight + channel] - bottomLeft) * right;
				resized[target++] = top + (bottom - top) * down;
			}
		}
	}
	return resized;
}
