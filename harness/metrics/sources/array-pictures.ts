import { UsageError } from '../../errors.ts';
import type { ImageStack } from '../resize/resize-images.ts';
import type { PictureLabels, PictureSource } from './source.ts';
import type { StoredArray } from './stored-array.ts';

/** What black and white are in an array of floats, for example [0, 1] or [-1, 1]. */
export type FloatRange = readonly [black: number, white: number];

/** Whether an array's type and shape are those of images. */
export const isPictureArray = ({ shape }: StoredArray): boolean => shape.length === 4;

// Rounding of float32 in the program that wrote the array.
const tolerance = 1e-4;

function requireImageShape({ file, name, shape, dtype }: StoredArray, range: FloatRange | undefined): void {
	const [count, height, width, channels] = shape;
	const got = `got ${dtype} [${shape}]`;
	if (channels !== 3 && channels !== 1) {
		const planar = height === 3 || height === 1;
		throw new UsageError(
			`${file}: array '${name}': expected images [n, height, width, 3] or [n, height, width, 1], ${got}`,
			planar ? 'the channels come first: save array.transpose(0, 2, 3, 1)' : 'save RGB or gray images',
		);
	}
	if (count === 0 || height === 0 || width === 0) {
		throw new UsageError(
			`${file}: array '${name}': expected at least one pixel, ${got}`,
			'save the images again',
		);
	}
	if (!['|u1', '<f4', '<f8'].includes(dtype)) {
		throw new UsageError(
			`${file}: array '${name}': expected uint8, float32 or float64, got ${dtype}`,
			'save uint8 images, 0 to 255',
		);
	}
	if (dtype !== '|u1' && range === undefined) {
		throw new UsageError(
			`${file}: array '${name}' holds floats, whose range must be known, ${got}`,
			'add --float-range 0,1 or -1,1 or 0,255 (black, white), or save uint8',
		);
	}
}

/** Pixels in [0, 255] of the images from the given bytes. */
function toPixels(
	{ file, name, shape, dtype }: StoredArray,
	bytes: Buffer,
	firstImage: number,
	range: FloatRange | undefined,
): Uint8Array | Float32Array {
	const channels = shape[3];
	const copy = new Uint8Array(bytes).buffer;
	const values =
		dtype === '|u1'
			? new Uint8Array(copy)
			: dtype === '<f4'
				? new Float32Array(copy)
				: new Float64Array(copy);
	const repeat = 3 / channels;
	const pixels =
		dtype === '|u1' ? new Uint8Array(values.length * repeat) : new Float32Array(values.length * repeat);
	const [black, white] = range ?? [0, 255];
	const slack = Math.abs(white - black) * tolerance;
	const imageLength = shape[1] * shape[2] * channels;
	for (const [index, value] of values.entries()) {
		// Written so that NaN is refused too.
		if (dtype !== '|u1' && !(value >= black - slack && value <= white + slack)) {
			const image = firstImage + Math.floor(index / imageLength);
			throw new UsageError(
				`${file}: array '${name}': image ${image}: expected pixels from ${black} to ${white}, got ${value}`,
				'give the range that the array has with --float-range, or look at that image: a generator that has ' +
					'diverged gives NaN',
			);
		}
		const pixel = dtype === '|u1' ? value : ((value - black) / (white - black)) * 255;
		for (let copyIndex = 0; copyIndex < repeat; copyIndex++) pixels[index * repeat + copyIndex] = pixel;
	}
	return pixels;
}

/**
 * The images of an array [n, height, width, 3 or 1] of uint8, or of floats in a known range.
 *
 * @param close frees the array's file
 * @param labels classes of the images, if the file has them
 * @throws UsageError for another shape, or floats without a range
 */
export function openArrayPictures(
	array: StoredArray,
	range: FloatRange | undefined,
	close: () => void,
	labels?: PictureLabels,
): PictureSource {
	requireImageShape(array, range);
	const [count, height, width] = array.shape;
	return {
		kind: 'pictures',
		name: array.file,
		split: 'as given',
		generatorMode: 'as given',
		seeds: {},
		count,
		...(labels && { labels }),
		close,
		async digest(onProgress, signal) {
			const digest = await array.digest(onProgress, signal);
			return array.dtype === '|u1' ? digest : `${digest}:${range}`;
		},
		*stacks({ batchSize }): Generator<ImageStack> {
			for (let from = 0; from < count; from += batchSize) {
				const to = Math.min(from + batchSize, count);
				const pixels = toPixels(array, array.readRows(from, to), from, range);
				yield { count: to - from, height, width, pixels };
			}
		},
	};
}
