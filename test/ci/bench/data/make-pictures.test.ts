import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import sharp from 'sharp';
import { makePictures, withComment } from '../../../../ci/bench/data/make-pictures.ts';
import { endsAsJpeg, readJpegSize } from '../../../../harness/data/decoding/jpeg-size.ts';
import { temporaryFolder } from '../../../harness/data/temporary-folder.ts';

const draw = (color: string): Promise<Buffer> =>
	sharp({ create: { width: 20, height: 10, channels: 3, background: color } })
		.jpeg()
		.toBuffer();

test('a picture with a comment is another file of the same pixels', async t => {
	const jpeg = await draw('teal');
	const commented = withComment(jpeg, '17');
	t.is(commented.length, jpeg.length + 6);
	t.true(endsAsJpeg(commented));
	t.deepEqual(readJpegSize(commented), readJpegSize(jpeg));
	t.deepEqual(await sharp(commented).raw().toBuffer(), await sharp(jpeg).raw().toBuffer());
});

test('as many pictures as asked for are made, no two alike, one a class held out', async t => {
	const folder = temporaryFolder(t);
	const [source, out] = [path.join(folder, 'source'), path.join(folder, 'out')];
	for (const name of ['a', 'b']) {
		mkdirSync(path.join(source, name), { recursive: true });
		writeFileSync(path.join(source, name, '1.JPEG'), await draw(name === 'a' ? 'red' : 'blue'));
	}
	t.is(makePictures(source, out, 9), 9);
	const files = readdirSync(out, { recursive: true, withFileTypes: true })
		.filter(entry => entry.isFile())
		.map(entry => path.join(entry.parentPath, entry.name));
	t.is(new Set(files.map(file => readFileSync(file, 'latin1'))).size, 9);
	t.deepEqual(
		files
			.filter(file => file.includes('val'))
			.map(file => path.relative(out, file))
			.sort(),
		['val/a/0000000.jpg', 'val/b/0000001.jpg'],
	);
});
