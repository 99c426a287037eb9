import { readFileSync } from 'node:fs';
import test from 'ava';
import { PNG } from 'pngjs';
import { createDecoder } from '../../../../harness/data/decoding/decoder.ts';
import { sharedDecoderBinding } from '../../../../harness/data/decoding/decoder-binding.ts';
import { readJpegSize } from '../../../../harness/data/decoding/jpeg-size.ts';
import { reduceWindow } from '../../../../harness/data/decoding/reduction.ts';
import { prepareRaster } from '../../../../harness/data/preparation/prepare-raster.ts';
import type { Window } from '../../../../harness/data/preparation/window.ts';
import { countNativeTensors } from '../../../../harness/tensor/float64.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { drawnPicture, golden, largestDifference, windowOf } from '../preparation/golden.ts';

const binding = sharedDecoderBinding();
const file = Uint8Array.from(Buffer.from(golden.jpeg.file, 'base64'));
const at = (window: Window) => () => window;
const whole = (height: number, width: number): Window => ({ top: 0, left: 0, height, width });
const fixture = (name: string): Uint8Array =>
	readFileSync(new URL(`../../../fixtures/metrics/images/${name}`, import.meta.url));

for (const { window, resolution, values } of golden.jpeg.crops) {
	test(`[${window}] of a JPEG file at ${resolution} is what TensorFlow gives that decodes all of it`, t => {
		const decoder = createDecoder({ binding, resolution, resize: 'bilinear-legacy', form: 'unit' });
		const [unit] = decoder.prepare([{ bytes: file, choose: at(windowOf(window)) }]);
		decoder.close();
		t.true(unit instanceof Float32Array);
		const difference = largestDifference(unit as Float32Array, values);
		t.true(difference < 1e-5, `${difference}`);
	});
}

test('every window of a file has the pixels that decoding all of it gives, bit for bit', t => {
	const decoder = createDecoder({
		binding,
		resolution: 20,
		resize: 'bilinear-legacy',
		form: 'bytes',
		slots: 5,
	});
	const picture = tf.tidy(() => {
		const decoded = tf.node.decodeJpeg(file, 3);
		const [height, width] = decoded.shape;
		return { height, width, pixels: Uint8Array.from(decoded.dataSync()) };
	});
	const windows: Window[] = [];
	for (let left = 0; left + 20 <= 61; left++) windows.push({ top: left % 27, left, height: 20, width: 20 });
	const prepared = decoder.prepare(windows.map(window => ({ bytes: file, choose: at(window) })));
	for (const [index, window] of windows.entries()) {
		const options = { resolution: 20, resize: 'bilinear-legacy', form: 'bytes' } as const;
		t.deepEqual(prepared[index], prepareRaster(picture, window, options), `left ${window.left}`);
	}
	decoder.close();
});

test('a reduced decoding has the pixels of decoding all of the picture at that part of its size', t => {
	const before = countNativeTensors();
	for (const [bytes, name] of [
		[file, 'golden'],
		[fixture('subsampled.jpg'), 'subsampled.jpg'],
		[fixture('progressive.jpg'), 'progressive.jpg'],
	] as const) {
		const size = readJpegSize(bytes)!;
		for (const ratio of [2, 4] as const) {
			const picture = tf.tidy(() => {
				const decoded = tf.node.decodeJpeg(bytes, 3, ratio);
				const [height, width] = decoded.shape;
				return { height, width, pixels: Uint8Array.from(decoded.dataSync()) };
			});
			const side = Math.min(size.height, size.width) - 3;
			const resolution = Math.floor(side / ratio);
			const options = { resolution, resize: 'bilinear-legacy', form: 'bytes' } as const;
			const decoder = createDecoder({ binding, ...options, slots: 2 });
			const windows = [0, 1, 2, 3].map(left => ({ top: 3 - left, left, height: side, width: side }));
			const prepared = decoder.prepare(windows.map(window => ({ bytes, choose: at(window), reduce: true })));
			decoder.close();
			for (const [index, window] of windows.entries()) {
				const expected = prepareRaster(picture, reduceWindow(window, size, ratio), options);
				t.deepEqual(prepared[index], expected, `${name} by ${ratio}, left ${window.left}`);
			}
		}
	}
	t.is(countNativeTensors(), before);
});

test('windows of less than twice the resolution, and PNG, are decoded with all their pixels', t => {
	const png = fixture('rgb16.png');
	const decoder = createDecoder({ binding, resolution: 20, resize: 'bilinear-legacy', form: 'bytes' });
	const requests = [39, 40, 44].map(side => ({
		bytes: file,
		choose: at({ top: 0, left: 0, height: side, width: side }),
	}));
	const others = [{ bytes: png, choose: whole }];
	const exact = decoder.prepare([...requests, ...others]);
	const reduced = decoder.prepare([...requests, ...others].map(request => ({ ...request, reduce: true })));
	decoder.close();
	t.deepEqual([reduced[0], reduced[3]], [exact[0], exact[3]]);
	for (const index of [1, 2]) t.notDeepEqual(reduced[index], exact[index]);
});

test('a bad file among reduced ones is told, and the others are kept', t => {
	const decoder = createDecoder({ binding, resolution: 10, resize: 'bilinear-legacy', form: 'bytes' });
	const cut = file.subarray(0, file.length - 400);
	const results = decoder.prepare([file, cut, file].map(bytes => ({ bytes, choose: whole, reduce: true })));
	decoder.close();
	t.deepEqual(results[0], results[2]);
	t.true(results[0] instanceof Uint8Array);
	t.true(results[1] instanceof Error);
});

test('resolutions whose bytes do not come in fours, and recipes with antialiasing', t => {
	const decoded = createDecoder({ binding, resolution: 5, resize: 'bilinear-legacy', form: 'bytes' });
	const [bytes] = decoded.prepare([{ bytes: file, choose: at(windowOf([3, 0, 44, 44])) }]);
	decoded.close();
	const { values } = golden.jpeg.crops[3];
	t.deepEqual(
		[...(bytes as Uint8Array)],
		values.map(value => Math.floor(value * 255 + 0.5)),
	);
	const window = windowOf([5, 13, 33, 33]);
	const picture = tf.tidy(() => {
		const pixels = Uint8Array.from(tf.node.decodeJpeg(file, 3).dataSync());
		return { height: 47, width: 61, pixels };
	});
	for (const resize of ['bilinear-antialias', 'bicubic-antialias'] as const) {
		const decoder = createDecoder({ binding, resolution: 8, resize, form: 'bytes' });
		const [result] = decoder.prepare([{ bytes: file, choose: at(window) }]);
		decoder.close();
		t.deepEqual(result, prepareRaster(picture, window, { resolution: 8, resize, form: 'bytes' }));
	}
});

test('PNG files, with alpha over white', t => {
	const { pixels } = drawnPicture(6, 6);
	const png = new PNG({ width: 6, height: 6 });
	for (let pixel = 0; pixel < 36; pixel++) {
		png.data.set([...pixels.subarray(pixel * 3, pixel * 3 + 3), pixel % 2 ? 255 : 51], pixel * 4);
	}
	const decoder = createDecoder({ binding, resolution: 6, resize: 'bilinear-legacy', form: 'bytes' });
	const [bytes, sixteen] = decoder.prepare([
		{ bytes: PNG.sync.write(png), choose: whole },
		{ bytes: fixture('rgb16.png'), choose: whole },
	]);
	decoder.close();
	t.true(sixteen instanceof Uint8Array);
	const expected = Uint8Array.from(pixels, (value, index) =>
		Math.floor(index / 3) % 2 ? value : Math.floor(0.2 * value + 204 + 0.5),
	);
	t.deepEqual(bytes, expected);
});

test('gray, progressive and CMYK JPEG files decode', t => {
	const decoder = createDecoder({ binding, resolution: 8, resize: 'bilinear-legacy', form: 'bytes' });
	const names = ['gray.jpg', 'progressive.jpg', 'cmyk.jpg', 'subsampled.jpg'];
	const prepared = decoder.prepare(names.map(name => ({ bytes: fixture(name), choose: whole })));
	for (const [index, name] of names.entries()) t.true(prepared[index] instanceof Uint8Array, name);
	const gray = prepared[0] as Uint8Array;
	for (let value = 0; value < gray.length; value += 3) {
		t.is(gray[value], gray[value + 1]);
		t.is(gray[value], gray[value + 2]);
	}
	decoder.close();
});

test('bad files are told with the reason, and the others are kept', t => {
	const decoder = createDecoder({ binding, resolution: 8, resize: 'bilinear-legacy', form: 'bytes' });
	const before = countNativeTensors();
	const results = decoder.prepare([
		{ bytes: file, choose: whole },
		{ bytes: file.subarray(0, file.length - 400), choose: whole },
		{ bytes: new Uint8Array(0), choose: whole },
		{ bytes: Buffer.from('<html>'), choose: whole },
		{ bytes: file.subarray(0, 40), choose: whole },
		{ bytes: fixture('rgb16.png').subarray(0, 50), choose: whole },
		{ bytes: file, choose: whole },
	]);
	t.is(countNativeTensors(), before);
	decoder.close();
	t.true(results[0] instanceof Uint8Array);
	t.deepEqual(results[6], results[0]);
	const messages = results.slice(1, 6).map(result => (result as Error).message);
	t.is(messages[0], 'jpeg::Uncompress failed. Invalid JPEG data or crop window');
	t.is(messages[1], 'the file is empty');
	t.is(messages[2], 'the content is neither JPEG nor PNG');
	t.is(messages[3], 'the JPEG file ends before its frame header');
	t.regex(messages[4], /^[^\n]*PNG[^\n]*$/u);
});
