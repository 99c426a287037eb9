import { overWhite } from '../decoding/decode-png.ts';
import type { Raster } from '../preparation/resize-bilinear.ts';

// Loaded for the first picture that needs it: 15 MiB.
const loadSharp = async () => (await import('sharp')).default;

/**
 * Decodes what TensorFlow does not: WebP, and JPEG files that it refuses. Alpha is laid over white; CMYK goes through
 * the color profiles of libvips. Orientation tags are not followed, as TensorFlow does not.
 *
 * @throws Error with the reason if sharp does not decode it either
 */
export async function decodeWithSharp(bytes: Uint8Array): Promise<Raster> {
	const sharp = await loadSharp();
	const { data, info } = await sharp(bytes, { failOn: 'truncated', sequentialRead: true })
		.toColorspace('srgb')
		.ensureAlpha()
		.raw()
		.toBuffer({ resolveWithObject: true });
	return { height: info.height, width: info.width, pixels: overWhite(data) };
}

/** A decoded picture as a PNG file, without loss. */
export async function encodePng({ height, width, pixels }: Raster): Promise<Buffer> {
	const sharp = await loadSharp();
	return sharp(pixels, { raw: { height, width, channels: 3 } })
		.png()
		.toBuffer();
}
