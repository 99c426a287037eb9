import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { PNG } from 'pngjs';
import { encodeSampleSheet, writeSampleSheet } from '../../../harness/data/sample-sheet.ts';

/** Images of one colour each. */
const solid = (colours: ReadonlyArray<readonly [number, number, number]>, resolution: number) =>
	Uint8Array.from(colours.flatMap(colour => Array.from({ length: resolution ** 2 }, () => colour).flat()));
const red = [255, 0, 0] as const;
const green = [0, 255, 0] as const;
const blue = [0, 0, 255] as const;
const white = [255, 255, 255];

function read(bytes: Uint8Array) {
	const { width, height, data } = PNG.sync.read(Buffer.from(bytes));
	const at = (x: number, y: number) => [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 3)];
	return { width, height, at };
}

test('places images row after row with white lines around them', t => {
	const pixels = solid([red, green, blue], 2);
	const { width, height, at } = read(
		encodeSampleSheet({ pixels, count: 3, resolution: 2, columns: 2, scale: 1 }),
	);
	// 2 images of 2 pixels and 3 lines of 2 pixels.
	t.deepEqual([width, height], [10, 10]);
	t.deepEqual([at(2, 2), at(3, 3), at(6, 2), at(2, 6)], [[...red], [...red], [...green], [...blue]]);
	t.deepEqual([at(1, 1), at(4, 2), at(5, 3), at(9, 9), at(6, 6)], [white, white, white, white, white]);
});

test('with labels each class starts a row, and no image is lost', t => {
	const pixels = solid([red, green, red, blue, red], 1);
	const { height, at } = read(
		encodeSampleSheet({
			pixels,
			count: 5,
			resolution: 1,
			columns: 2,
			labels: Int32Array.of(7, 3, 7, 9, 7),
			scale: 1,
		}),
	);
	// Rows: 3; 7, 7; 7; 9.
	t.is(height, 4 + 5 * 2);
	t.deepEqual(
		[at(2, 2), at(2, 5), at(5, 5), at(2, 8), at(2, 11)],
		[[...green], [...red], [...red], [...red], [...blue]],
	);
	t.deepEqual(at(5, 2), white);
});

test('repeats the pixels of small images so that a person can see them', t => {
	const pixels = new Uint8Array(32 * 32 * 3);
	pixels.set([9, 8, 7], (31 * 32 + 31) * 3);
	const { width, at } = read(encodeSampleSheet({ pixels, count: 1, resolution: 32, columns: 1 }));
	t.is(width, 96 + 4);
	t.deepEqual(
		[at(95, 95), at(97, 97), at(94, 94)],
		[
			[9, 8, 7],
			[9, 8, 7],
			[0, 0, 0],
		],
	);
	t.is(
		read(encodeSampleSheet({ pixels: new Uint8Array(49_152), count: 1, resolution: 128, columns: 1 })).width,
		132,
	);
});

test('numbers in [0, 1] are clamped and rounded', t => {
	const pixels = Float32Array.of(-0.5, 0.5, 1.5);
	const { at } = read(encodeSampleSheet({ pixels, count: 1, resolution: 1, columns: 1, scale: 1 }));
	t.deepEqual(at(2, 2), [0, 128, 255]);
});

test('equal images give equal bytes, written whole', t => {
	const file = path.join(mkdtempSync(path.join(tmpdir(), 'sample-sheet-')), 'new', 'samples.png');
	const options = { pixels: solid([red, blue], 4), count: 2, resolution: 4, columns: 2 };
	writeSampleSheet(file, options);
	t.deepEqual(new Uint8Array(readFileSync(file)), new Uint8Array(encodeSampleSheet(options)));
});

test('refuses sizes that do not fit and pixels that are no numbers', t => {
	const good = { pixels: new Uint8Array(12), count: 1, resolution: 2, columns: 1 };
	t.throws(() => encodeSampleSheet({ ...good, count: 2 }), {
		message: 'pixels: expected 24 values for 2 RGB images of 2×2, got 12',
	});
	t.throws(() => encodeSampleSheet({ ...good, columns: 0 }), {
		message: 'columns: expected a whole number of at least 1, got 0',
	});
	t.throws(() => encodeSampleSheet({ ...good, labels: new Int32Array(2) }), {
		message: 'labels: expected one for each of 1 images, got 2',
	});
	t.throws(() => encodeSampleSheet({ ...good, pixels: new Float32Array(12).fill(Number.NaN) }), {
		message: 'pixels[0]: expected a number in [0, 1], got NaN',
	});
});
