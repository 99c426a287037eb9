import test from 'ava';
import { resizeToBytes, resizeToFloats } from '../../../../harness/metrics/resize/pillow-resize.ts';
import { digestOfValues, formulaPicture, resizeCases } from './fixture.ts';

for (const { height, width, size, float32Digest, fractionalDigest, bytesDigest } of resizeCases) {
	test(`${height}×${width} to ${size}: the floats and bytes of Pillow, bit for bit`, t => {
		const image = formulaPicture(height, width);
		t.is(digestOfValues(resizeToFloats(image, 'bicubic', size)), float32Digest['bicubic-antialias']);
		t.is(digestOfValues(resizeToFloats(image, 'bilinear', size)), float32Digest['bilinear-antialias']);
		t.is(digestOfValues(resizeToBytes(image, 'bicubic', size)), bytesDigest);
		const fractional = Float32Array.from(image.pixels, value =>
			Math.fround(Math.fround(value + 0.25) * Math.fround(0.99)),
		);
		t.is(
			digestOfValues(resizeToFloats({ height, width, pixels: fractional }, 'bicubic', size)),
			fractionalDigest,
		);
	});
}

test('the cubic overshoots in floats and is clipped in bytes', t => {
	const pixels = Uint8Array.from({ length: 4 * 4 * 3 }, (_, index) =>
		Math.floor(index / 3) % 4 < 2 ? 0 : 255,
	);
	const image = { height: 4, width: 4, pixels };
	const floats = resizeToFloats(image, 'bicubic', 16);
	t.true(Math.min(...floats) < -1);
	t.true(Math.max(...floats) > 256);
	const bytes = resizeToBytes(image, 'bicubic', 16);
	t.is(Math.min(...bytes), 0);
	t.is(Math.max(...bytes), 255);
});
