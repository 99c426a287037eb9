import test from 'ava';
import { prepareRaster } from '../../../../harness/data/preparation/prepare-raster.ts';
import { resizeBilinear } from '../../../../harness/data/preparation/resize-bilinear.ts';
import { resizeToBytes } from '../../../../harness/metrics/resize/pillow-resize.ts';
import { drawnPicture } from './golden.ts';

const picture = drawnPicture(9, 12);
const window = { top: 1, left: 3, height: 7, width: 7 };

test('bytes are the resized values rounded half up, unit values the same over 255', t => {
	const values = resizeBilinear(picture, window, 5);
	const bytes = prepareRaster(picture, window, { resolution: 5, resize: 'bilinear-legacy', form: 'bytes' });
	const unit = prepareRaster(picture, window, { resolution: 5, resize: 'bilinear-legacy', form: 'unit' });
	t.deepEqual(
		[...bytes],
		[...values].map(value => Math.floor(value + 0.5)),
	);
	t.deepEqual(
		[...unit],
		[...values].map(value => Math.fround(value / 255)),
	);
});

test('a window of the wanted size is copied', t => {
	const bytes = prepareRaster(picture, window, { resolution: 7, resize: 'bilinear-legacy', form: 'bytes' });
	const expected: number[] = [];
	for (let row = 1; row < 8; row++) {
		expected.push(...picture.pixels.subarray((row * 12 + 3) * 3, (row * 12 + 10) * 3));
	}
	t.deepEqual([...bytes], expected);
});

test('antialiased recipes are Pillow on the window alone', t => {
	const part = prepareRaster(picture, window, { resolution: 7, resize: 'bilinear-legacy', form: 'bytes' });
	const square = { height: 7, width: 7, pixels: part as Uint8Array };
	for (const [resize, filter] of [
		['bilinear-antialias', 'bilinear'],
		['bicubic-antialias', 'bicubic'],
	] as const) {
		const bytes = prepareRaster(picture, window, { resolution: 4, resize, form: 'bytes' });
		t.deepEqual(bytes, resizeToBytes(square, filter, 4));
		const unit = prepareRaster(picture, window, { resolution: 4, resize, form: 'unit' });
		t.deepEqual(
			[...unit],
			[...bytes].map(value => Math.fround(value / 255)),
		);
	}
});
