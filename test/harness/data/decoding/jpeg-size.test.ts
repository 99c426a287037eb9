import { readFileSync } from 'node:fs';
import test from 'ava';
import { imageKind } from '../../../../harness/data/decoding/image-kind.ts';
import { endsAsJpeg, readJpegSize } from '../../../../harness/data/decoding/jpeg-size.ts';
import { golden } from '../preparation/golden.ts';

const file = Uint8Array.from(Buffer.from(golden.jpeg.file, 'base64'));
const fixture = (name: string): Uint8Array =>
	readFileSync(new URL(`../../../fixtures/metrics/images/${name}`, import.meta.url));

test('the size is read from the frame header', t => {
	t.deepEqual(readJpegSize(file), { height: 47, width: 61, components: 3 });
	t.is(readJpegSize(fixture('cmyk.jpg'))?.components, 4);
	t.is(readJpegSize(fixture('gray.jpg'))?.components, 1);
	t.is(typeof readJpegSize(fixture('progressive.jpg'))?.height, 'number');
});

test('fill bytes before a marker are passed over', t => {
	const padded = Uint8Array.from([...file.subarray(0, 2), 0xff, 0xff, ...file.subarray(2)]);
	t.deepEqual(readJpegSize(padded), readJpegSize(file));
});

test('a file that ends early has no size, at whatever byte it ends', t => {
	const header = file.findIndex((byte, at) => byte === 0xff && file[at + 1] === 0xc0);
	for (let length = 0; length <= header + 9; length++)
		t.is(readJpegSize(file.subarray(0, length)), undefined);
	t.is(readJpegSize(Uint8Array.of(0xff, 0xd8, 0xff, 0xda, 0, 0, 0, 0, 0, 0, 0, 0)), undefined);
	t.is(readJpegSize(new Uint8Array(20)), undefined);
});

test('a whole file ends with its end marker, zeros after it allowed', t => {
	t.true(endsAsJpeg(file));
	t.true(endsAsJpeg(Uint8Array.from([...file, 0, 0, 0])));
	t.false(endsAsJpeg(file.subarray(0, -1)));
	t.false(endsAsJpeg(new Uint8Array(0)));
});

test('what a file is goes by its first bytes', t => {
	t.is(imageKind(new Uint8Array(0)), 'empty');
	t.is(imageKind(file), 'jpeg');
	t.is(imageKind(fixture('rgb16.png')), 'png');
	t.is(imageKind(Buffer.from('RIFF....WEBPVP8 ')), 'webp');
	t.is(imageKind(Buffer.from('RIFF....WAVE')), 'other');
	t.is(imageKind(Buffer.from('<html>')), 'other');
});
