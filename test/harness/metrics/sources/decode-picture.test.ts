import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { PNG } from 'pngjs';
import { decodePicture, decodingReason } from '../../../../harness/metrics/sources/decode-picture.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { digestOfValues } from '../resize/fixture.ts';
import { fixture } from './fixtures.ts';

const expected = JSON.parse(readFileSync(fixture('images.json'), 'utf8')) as Record<
	string,
	{ height: number; width: number; digest: string }
>;

for (const name of readdirSync(fixture('images'))) {
	test(`${name}: the bytes that Pillow gives`, t => {
		const before = tf.memory().numTensors;
		const { height, width, pixels } = decodePicture(
			readFileSync(fixture('images', name)),
			'integer-accurate',
		);
		t.deepEqual({ height, width, digest: digestOfValues(pixels) }, expected[name]);
		t.is(tf.memory().numTensors, before);
	});
}

test('the fast inverse transform, TensorFlow’s default, gives other bytes', t => {
	const bytes = readFileSync(fixture('images', 'subsampled.jpg'));
	const accurate = decodePicture(bytes, 'integer-accurate').pixels;
	const fast = decodePicture(bytes, 'integer-fast').pixels;
	t.deepEqual(fast, Uint8Array.from(tf.tidy(() => tf.node.decodeJpeg(bytes, 3).dataSync())));
	t.notDeepEqual(fast, accurate);
});

test('alpha is dropped: what lies under transparent pixels shows', t => {
	const png = new PNG({ width: 2, height: 1 });
	png.data.set([10, 20, 30, 0, 40, 50, 60, 128]);
	t.deepEqual([...decodePicture(PNG.sync.write(png), 'integer-accurate').pixels], [10, 20, 30, 40, 50, 60]);
});

test('empty, foreign and truncated files are refused with the reason', t => {
	const jpeg = readFileSync(fixture('images', 'subsampled.jpg'));
	const png = readFileSync(fixture('images', 'rgb16.png'));
	const reason = (bytes: Uint8Array): string =>
		decodingReason(t.throws(() => decodePicture(bytes, 'integer-accurate')));
	t.is(reason(new Uint8Array()), 'the file is empty');
	t.is(reason(Buffer.from('GIF89a')), 'the content is neither JPEG nor PNG');
	t.is(reason(jpeg.subarray(0, 700)), 'jpeg::Uncompress failed. Invalid JPEG data or crop window');
	t.is(reason(png.subarray(0, 600)), 'Invalid PNG data, size 600');
});
