import { readFileSync } from 'node:fs';
import type { Tensor3D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { PNG } from 'pngjs';
import { decodeImage } from '../../../harness/data/decode-image.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';

interface GoldenCase {
	height: number;
	width: number;
	resolution: number;
	pixels: number[];
}
const golden = JSON.parse(
	readFileSync(new URL('../../fixtures/data/legacy-bilinear.json', import.meta.url), 'utf8'),
) as GoldenCase[];

/** A PNG whose RGBA at (row, column) is given; colorType 0 gray, 2 RGB, 4 gray and alpha, 6 RGBA. */
function encodePng(
	height: number,
	width: number,
	colorAt: (row: number, column: number) => readonly number[],
	colorType: 0 | 2 | 4 | 6 = 2,
): Buffer {
	const png = new PNG({ width, height });
	for (let pixel = 0; pixel < height * width; pixel++) {
		png.data.set(colorAt(Math.floor(pixel / width), pixel % width), pixel * 4);
	}
	return PNG.sync.write(png, { colorType });
}

const formula = (row: number, column: number): number[] => [
	...[0, 1, 2].map(channel => (row * row * 7 + column * 31 + row * column * 3 + channel * 83) % 256),
	255,
];

for (const { height, width, resolution, pixels } of golden) {
	test(`${height}×${width} to ${resolution}: centre square and TensorFlow 1 corner rule as NumPy gives them`, t => {
		const before = tf.memory().numTensors;
		t.deepEqual([...decodeImage(encodePng(height, width, formula), resolution)], pixels);
		t.is(tf.memory().numTensors, before);
	});
}

test('an image of the wanted size stays as it is', t => {
	const expected = Array.from({ length: 36 }, (_, pixel) =>
		formula(Math.floor(pixel / 6), pixel % 6).slice(0, 3),
	).flat();
	t.deepEqual([...decodeImage(encodePng(6, 6, formula), 6)], expected);
});

test('gray becomes three equal channels', t => {
	const png = encodePng(
		2,
		2,
		(row, column) =>
			Array(3)
				.fill(row * 100 + column * 50)
				.concat(255),
		0,
	);
	t.deepEqual([...decodeImage(png, 2)], [0, 0, 0, 50, 50, 50, 100, 100, 100, 150, 150, 150]);
});

test('transparent parts lie over white', t => {
	const alphas = [0, 51, 255, 255];
	const color = encodePng(2, 2, (row, column) => [200, 100, 0, alphas[row * 2 + column]], 6);
	// Alpha 51 is a fifth: 200 / 5 + 255 · 4 / 5 = 244.
	t.deepEqual([...decodeImage(color, 2)], [255, 255, 255, 244, 224, 204, 200, 100, 0, 200, 100, 0]);
	const gray = encodePng(2, 2, (row, column) => [100, 100, 100, alphas[row * 2 + column]], 4);
	t.deepEqual([...decodeImage(gray, 2)], [255, 255, 255, 224, 224, 224, 100, 100, 100, 100, 100, 100]);
});

test('JPEG is decoded, in color and in gray', async t => {
	const color = tf.tidy(() => tf.tensor3d([250, 30, 90], [1, 1, 3], 'int32').tile<Tensor3D>([16, 24, 1]));
	const gray = tf.tidy(() => tf.fill([16, 24, 1], 77, 'int32') as Tensor3D);
	const colorBytes = await tf.node.encodeJpeg(color, 'rgb', 100);
	const grayBytes = await tf.node.encodeJpeg(gray, 'grayscale', 100);
	tf.dispose([color, gray]);
	const before = tf.memory().numTensors;
	const decoded = decodeImage(colorBytes, 4);
	t.is(decoded.length, 48);
	for (const [value, byte] of decoded.entries()) t.true(Math.abs(byte - [250, 30, 90][value % 3]) <= 3);
	t.true(decodeImage(grayBytes, 4).every(byte => Math.abs(byte - 77) <= 1));
	t.is(tf.memory().numTensors, before);
});

test('what is no image is refused and leaves no tensors', t => {
	const before = tf.memory().numTensors;
	t.throws(() => decodeImage(new Uint8Array(), 4), { message: 'the file is empty' });
	t.throws(() => decodeImage(Buffer.from('<html>'), 4), { message: 'the content is neither JPEG nor PNG' });
	const png = encodePng(64, 64, formula);
	t.throws(() => decodeImage(png.subarray(0, png.length >> 1), 4));
	t.is(tf.memory().numTensors, before);
});
