import { decodeImage } from './decode-image.ts';
import { imageKind } from './decoding/image-kind.ts';
import { decodeWithSharp } from './packed/decode-fallback.ts';
import { prepareRaster } from './preparation/prepare-raster.ts';
import type { Raster } from './preparation/resize-bilinear.ts';

/** What `decodePicture` does with pictures that `decodeImage` refuses, for recipes. */
export const otherDecoding = 'decoded by sharp';

/** The centre square of a decoded picture, as `decodeImage` takes and resizes it: uint8 RGB, resolution² · 3. */
export function resizeRaster(raster: Raster, resolution: number): Uint8Array {
	const side = Math.min(raster.height, raster.width);
	const window = {
		top: Math.floor((raster.height - side) / 2),
		left: Math.floor((raster.width - side) / 2),
		height: side,
		width: side,
	};
	return prepareRaster(raster, window, {
		resolution,
		resize: 'bilinear-legacy',
		form: 'bytes',
	}) as Uint8Array;
}

/**
 * Decodes a picture told by its first bytes: JPEG and PNG as `decodeImage`; WebP, and JPEG that TensorFlow does not
 * take (CMYK), by sharp.
 *
 * @param resolution width and height of the result in pixels
 * @returns uint8 RGB, resolution² · 3, and whether sharp decoded it
 * @throws Error with the reason if neither decodes it
 */
export async function decodePicture(
	bytes: Uint8Array,
	resolution: number,
): Promise<{ pixels: Uint8Array; bySharp: boolean }> {
	const kind = imageKind(bytes);
	try {
		return { pixels: decodeImage(bytes, resolution), bySharp: false };
	} catch (error) {
		if (kind === 'empty' || kind === 'other') throw error;
		const raster = await decodeWithSharp(bytes).catch(() => undefined);
		if (!raster) throw error;
		return { pixels: resizeRaster(raster, resolution), bySharp: true };
	}
}

/** Why a picture could not be decoded: TensorFlow's own messages start with its status code, on a line of its own. */
export const decodingProblem = (error: unknown): string =>
	(error as Error).message.replace(/^Invalid TF_Status: \d+\s+Message: /u, '');
