import { PNG } from 'pngjs';
import { writeFileAtomically } from '../write-atomically.ts';

export interface SampleSheetOptions {
	/** RGB, NHWC: image, row, column, channel. Bytes, or numbers in [0, 1], which are clamped and rounded. */
	readonly pixels: Float32Array | Uint8Array;
	/** Number of images. */
	readonly count: number;
	/** Width and height of an image in pixels. */
	readonly resolution: number;
	/** Images in a row. */
	readonly columns: number;
	/**
	 * Class of each image. Given, each class starts a row of its own, in the order of the classes; default: the
	 * images fill row after row in their own order.
	 */
	readonly labels?: Int32Array;
	/** Wider lines after every so many images of a row, and after every so many rows; default: none. */
	readonly gapAfter?: { readonly columns?: number; readonly rows?: number };
	/** Times by which each pixel is repeated; default: enough for images of about 96 pixels, at least 1. */
	readonly scale?: number;
}

/** Width of the lines between images, in pixels of the sheet. */
const gutter = 2;
/** Additional width of the wider lines. */
const gap = 14;
const background = 255;

/**
 * Writes a PNG with all images on a grid with thin white lines. Equal images give equal bytes.
 *
 * Throws RangeError if the sizes do not fit or a pixel is not a number, EnvironmentError if the file cannot be
 * written.
 */
export function writeSampleSheet(file: string, options: SampleSheetOptions): void {
	writeFileAtomically(file, encodeSampleSheet(options));
}

/** The PNG as bytes; see `writeSampleSheet`. */
export function encodeSampleSheet(options: SampleSheetOptions): Uint8Array {
	const { count, resolution, columns, scale = Math.max(1, Math.round(96 / resolution)) } = options;
	validate(options, scale);
	const rows = arrangeRows(options);
	const cell = resolution * scale;
	const { gapAfter = {} } = options;
	const gapsBefore = (index: number, after: number | undefined): number =>
		after === undefined ? 0 : Math.floor(index / after) * gap;
	const width = columns * cell + (columns + 1) * gutter + gapsBefore(columns - 1, gapAfter.columns);
	const height = rows.length * cell + (rows.length + 1) * gutter + gapsBefore(rows.length - 1, gapAfter.rows);
	const data = Buffer.alloc(width * height * 3, background);
	const bytes = toBytes(options.pixels, count * resolution ** 2 * 3);
	for (const [row, images] of rows.entries()) {
		for (const [column, image] of images.entries()) {
			const left = gutter + column * (cell + gutter) + gapsBefore(column, gapAfter.columns);
			const top = gutter + row * (cell + gutter) + gapsBefore(row, gapAfter.rows);
			for (let y = 0; y < cell; y++) {
				for (let x = 0; x < cell; x++) {
					const source =
						((image * resolution + Math.floor(y / scale)) * resolution + Math.floor(x / scale)) * 3;
					data.set(bytes.subarray(source, source + 3), ((top + y) * width + left + x) * 3);
				}
			}
		}
	}

	const png = new PNG({ width, height });
	png.data = data;
	return PNG.sync.write(png, { colorType: 2, inputColorType: 2, inputHasAlpha: false });
}

/** Indices of the images in each row of the sheet. */
function arrangeRows({ count, columns, labels }: SampleSheetOptions): number[][] {
	const all = Array.from({ length: count }, (_, image) => image);
	if (labels === undefined) {
		return splitRows(all, columns);
	}

	const classes = [...new Set(labels)].sort((first, second) => first - second);
	return classes.flatMap(label =>
		splitRows(
			all.filter(image => labels[image] === label),
			columns,
		),
	);
}

function splitRows(images: readonly number[], columns: number): number[][] {
	return Array.from({ length: Math.ceil(images.length / columns) }, (_, row) =>
		images.slice(row * columns, (row + 1) * columns),
	);
}

function toBytes(pixels: Float32Array | Uint8Array, length: number): Uint8Array {
	if (pixels instanceof Uint8Array) {
		return pixels;
	}

	const bytes = new Uint8Array(length);
	for (let index = 0; index < length; index++) {
		const value = pixels[index]!;
		if (Number.isNaN(value)) {
			throw new RangeError(`pixels[${index}]: expected a number in [0, 1], got NaN`);
		}

		bytes[index] = Math.round(Math.min(1, Math.max(0, value)) * 255);
	}

	return bytes;
}

function validate({ pixels, count, resolution, columns, labels }: SampleSheetOptions, scale: number): void {
	for (const [name, value] of Object.entries({ count, resolution, columns, scale })) {
		if (!Number.isInteger(value) || value < 1) {
			throw new RangeError(`${name}: expected a whole number of at least 1, got ${value}`);
		}
	}

	const expected = count * resolution ** 2 * 3;
	if (pixels.length !== expected) {
		throw new RangeError(
			`pixels: expected ${expected} values for ${count} RGB images of ${resolution}×${resolution}, got ${pixels.length}`,
		);
	}

	if (labels !== undefined && labels.length !== count) {
		throw new RangeError(`labels: expected one for each of ${count} images, got ${labels.length}`);
	}
}
