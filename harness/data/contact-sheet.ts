import { readFileSync } from 'node:fs';
import { PNG } from 'pngjs';
import { writeFileAtomically } from '../write-atomically.ts';

export interface ContactSheetOptions {
	/** uint8 RGB, NHWC. */
	readonly pixels: Uint8Array;
	/** Width and height of an image in pixels. */
	readonly resolution: number;
	/** What is written under each image. */
	readonly captions: readonly string[];
	/** Images in a row. */
	readonly columns: number;
	/** TrueType font of the captions, so that a machine without any gives the same picture. */
	readonly fontFile: string;
}

const margin = 4;
const lineHeight = 14;
const fontSize = 10;
/** Mean width of a character of DejaVu Sans at 10 pixels. */
const characterWidth = 6.1;

const escapeText = (text: string): string =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** As many characters as fit under an image. */
function shorten(text: string, width: number): string {
	const most = Math.max(3, Math.floor(width / characterWidth));
	return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/**
 * Writes a PNG with images on a grid and a caption under each.
 *
 * @throws EnvironmentError if the file cannot be written
 */
export async function writeContactSheet(file: string, options: ContactSheetOptions): Promise<void> {
	const { pixels, resolution, captions, columns, fontFile } = options;
	const { Resvg } = await import('@resvg/resvg-js');
	readFileSync(fontFile); // resvg draws without text instead of complaining about a missing font
	const cell = resolution * Math.max(1, Math.round(96 / resolution));
	const imageBytes = resolution * resolution * 3;
	const cells = captions.map((caption, image) => {
		const left = margin + (image % columns) * (cell + margin);
		const top = margin + Math.floor(image / columns) * (cell + lineHeight + margin);
		const png = encode(pixels.subarray(image * imageBytes, (image + 1) * imageBytes), resolution);
		return (
			`<image x="${left}" y="${top}" width="${cell}" height="${cell}" image-rendering="optimizeSpeed" ` +
			`href="data:image/png;base64,${png.toString('base64')}"/>` +
			`<text x="${left}" y="${top + cell + fontSize}">${escapeText(shorten(caption, cell))}</text>`
		);
	});
	const rows = Math.ceil(captions.length / columns);
	const width = margin + columns * (cell + margin);
	const height = margin + rows * (cell + lineHeight + margin);
	const svg =
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="DejaVu Sans" ` +
		`font-size="${fontSize}"><rect width="100%" height="100%" fill="#fff"/>${cells.join('')}</svg>`;
	const drawn = new Resvg(svg, {
		font: { fontFiles: [fontFile], loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' },
	}).render();
	writeFileAtomically(file, drawn.asPng());
}

function encode(pixels: Uint8Array, resolution: number): Buffer {
	const png = new PNG({ width: resolution, height: resolution });
	for (let pixel = 0; pixel < resolution * resolution; pixel++) {
		png.data.set(pixels.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
		png.data[pixel * 4 + 3] = 255;
	}
	return PNG.sync.write(png);
}
