import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { PNG } from 'pngjs';
import sharp from 'sharp';
import { writeContactSheet } from '../../../harness/data/contact-sheet.ts';
import { EnvironmentError } from '../../../harness/errors.ts';
import { createStream } from '../../../harness/tensor/random.ts';
import { temporaryFolder } from './temporary-folder.ts';

const fontFile = fileURLToPath(new URL('../../../reports/fonts/dejavu-sans-latin.ttf', import.meta.url));
/** As laid out: four white pixels around every image, and a line of fourteen for its caption. */
const [margin, line] = [4, 14];

interface Drawn {
	readonly sheet: PNG;
	readonly pixels: Uint8Array;
	readonly resolution: number;
	/** Pixels of the sheet for each pixel of an image. */
	readonly scale: number;
	readonly columns: number;
}

async function draw(
	t: ExecutionContext,
	captions: readonly string[],
	options: { resolution: number; columns: number },
): Promise<Drawn> {
	const { resolution } = options;
	const stream = createStream(1, 'sheet');
	const pixels = Uint8Array.from({ length: captions.length * resolution ** 2 * 3 }, () =>
		stream.integer(256),
	);
	const file = path.join(temporaryFolder(t), 'sheet.png');
	await writeContactSheet(file, { pixels, captions, fontFile, ...options });
	const sheet = PNG.sync.read(readFileSync(file));
	return { sheet, pixels, scale: Math.max(1, Math.round(96 / resolution)), ...options };
}

const cornerOf = (
	{ resolution, scale, columns }: Drawn,
	image: number,
): readonly [left: number, top: number] => {
	const cell = resolution * scale;
	return [
		margin + (image % columns) * (cell + margin),
		margin + Math.floor(image / columns) * (cell + line + margin),
	];
};

const at = ({ width, data }: PNG, x: number, y: number): number[] => [
	...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 3),
];

/** Darkness of each pixel of a part of the sheet, in [0, 1]. */
function inkOf(sheet: PNG, left: number, top: number, width: number, height: number): Float64Array {
	return Float64Array.from({ length: width * height }, (_, index) => {
		const [red, green, blue] = at(sheet, left + (index % width), top + Math.floor(index / width));
		return 1 - (red + green + blue) / 765;
	});
}

const inkOfCaption = (drawn: Drawn, image: number): Float64Array => {
	const [left, top] = cornerOf(drawn, image);
	const cell = drawn.resolution * drawn.scale;
	return inkOf(drawn.sheet, left, top + cell, cell, line);
};

for (const { resolution, columns, count } of [
	{ resolution: 32, columns: 3, count: 7 },
	{ resolution: 40, columns: 2, count: 4 },
	{ resolution: 128, columns: 1, count: 2 },
]) {
	test(`${count} images of ${resolution} stand in rows of ${columns}, pixel by pixel, on white`, async t => {
		const captions = Array.from({ length: count }, (_, image) => `class ${image}`);
		const drawn = await draw(t, captions, { resolution, columns });
		const { sheet, pixels, scale } = drawn;
		const cell = resolution * scale;
		t.deepEqual(
			[sheet.width, sheet.height],
			[margin + columns * (cell + margin), margin + Math.ceil(count / columns) * (cell + line + margin)],
		);
		const covered = new Uint8Array(sheet.width * sheet.height);
		let wrong = 0;
		for (let image = 0; image < count; image++) {
			const [left, top] = cornerOf(drawn, image);
			for (let y = 0; y < cell + line; y++) {
				covered.fill(1, (top + y) * sheet.width + left, (top + y) * sheet.width + left + cell);
			}
			for (let y = 0; y < cell; y++) {
				for (let x = 0; x < cell; x++) {
					const row = image * resolution + Math.floor(y / scale);
					const pixel = (row * resolution + Math.floor(x / scale)) * 3;
					const found = at(sheet, left + x, top + y);
					if (found.some((value, channel) => value !== pixels[pixel + channel])) wrong += 1;
				}
			}
		}
		t.is(wrong, 0);
		for (const [place, isCovered] of covered.entries()) {
			if (isCovered) continue;
			const outside = at(sheet, place % sheet.width, Math.floor(place / sheet.width));
			if (outside.some(value => value !== 255)) wrong += 1;
		}
		t.is(wrong, 0);
	});
}

/** How well two pictures of ink agree where they agree best, moved by up to three pixels; 1 if they are the same. */
function agreement(found: Float64Array, expected: Float64Array, width: number): number {
	const norm = (ink: Float64Array): number => Math.sqrt(ink.reduce((sum, value) => sum + value * value, 0));
	const height = found.length / width;
	let best = 0;
	for (let down = -3; down <= 3; down++) {
		for (let right = -3; right <= 3; right++) {
			let sum = 0;
			for (let y = Math.max(0, -down); y < Math.min(height, height - down); y++) {
				for (let x = Math.max(0, -right); x < Math.min(width, width - right); x++) {
					sum += found[y * width + x] * expected[(y + down) * width + x + right];
				}
			}
			best = Math.max(best, sum);
		}
	}
	return best / (norm(found) * norm(expected));
}

/** The text as Pango draws it, which shares nothing with the sheet but the font. */
async function inkByPango(text: string, width: number): Promise<Float64Array> {
	const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
	const image = sharp({ text: { text: escaped, font: 'DejaVu Sans 10', fontfile: fontFile, dpi: 72 } });
	const { data, info } = await image.greyscale().raw().toBuffer({ resolveWithObject: true });
	const ink = new Float64Array(width * line);
	for (let y = 0; y < Math.min(line, info.height); y++) {
		for (let x = 0; x < Math.min(width, info.width); x++) {
			ink[(y + 3) * width + x] = data[(y * info.width + x) * info.channels] / 255;
		}
	}
	return ink;
}

test('under each image stands its own caption', async t => {
	const captions = ['ship', 'mug', 'a < b & c', 'umbrella', 'mushroom', 'tree'];
	const drawn = await draw(t, captions, { resolution: 32, columns: 4 });
	const references = await Promise.all(captions.map(caption => inkByPango(caption, 96)));
	for (const [image, caption] of captions.entries()) {
		const found = inkOfCaption(drawn, image);
		const scores = references.map(reference => agreement(found, reference, 96));
		const best = scores.indexOf(Math.max(...scores));
		t.is(captions[best], caption, `${scores}`);
		t.true(scores[best] > 0.6, `${caption}: ${scores}`);
	}
});

test('a caption that does not fit is cut, and leaves the next image alone', async t => {
	const long = 'n01440764 tench, Tinca tinca';
	const drawn = await draw(t, [long, '', `${long.slice(0, 14)}…`], { resolution: 32, columns: 3 });
	t.deepEqual(inkOfCaption(drawn, 0), inkOfCaption(drawn, 2));
	t.true(inkOfCaption(drawn, 1).every(ink => ink === 0));
	const [, top] = cornerOf(drawn, 1);
	t.true(inkOf(drawn.sheet, margin + 96, top + 96, margin, line).every(ink => ink === 0));
});

test('a missing font and a folder that cannot be written are told', async t => {
	const file = path.join(temporaryFolder(t), 'sheet.png');
	const options = { pixels: new Uint8Array(4 * 4 * 3), resolution: 4, captions: ['x'], columns: 1 };
	await t.throwsAsync(writeContactSheet(file, { ...options, fontFile: `${fontFile}.missing` }), {
		code: 'ENOENT',
	});
	t.false(existsSync(file));
	await t.throwsAsync(writeContactSheet(path.join(fontFile, 'sheet.png'), { ...options, fontFile }), {
		instanceOf: EnvironmentError,
	});
});
