import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { listPictures, openPictureFolder } from '../../../../harness/metrics/sources/picture-folder.ts';
import { temporaryFolder } from '../../data/temporary-folder.ts';
import { plainPng } from './fixtures.ts';

const reading = { jpegDecoding: 'integer-accurate', batchSize: 2 } as const;
const digestOf = (folder: string) => openPictureFolder(folder).digest(() => {});

function folderWith(t: ExecutionContext, files: Record<string, Buffer | string>): string {
	const folder = temporaryFolder(t);
	for (const [name, content] of Object.entries(files)) {
		mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
		writeFileSync(path.join(folder, name), content);
	}
	return folder;
}

const red = plainPng(2, 3, [200, 0, 0]);
const green = plainPng(2, 3, [0, 200, 0]);
const tall = plainPng(5, 3, [0, 0, 200]);

test('sub-folders count, hidden and other files do not, order is that of the paths', t => {
	const folder = folderWith(t, {
		'b.png': red,
		'a/2.PNG': red,
		'a/10.png': red,
		'.hidden.png': red,
		'.git/x.png': red,
		'notes.txt': 'no image',
	});
	t.deepEqual(
		listPictures(folder).pictures.map(file => path.relative(folder, file)),
		['a/10.png', 'a/2.PNG', 'b.png'],
	);
});

test('a link to a folder above does not loop, a link to another folder is followed', t => {
	const other = folderWith(t, { 'c.png': red });
	const folder = folderWith(t, { 'a/b.png': red });
	symlinkSync('..', path.join(folder, 'a/up'));
	symlinkSync(other, path.join(folder, 'other'));
	t.deepEqual(
		listPictures(folder).pictures.map(file => path.relative(folder, file)),
		['a/b.png', 'other/c.png'],
	);
});

test('images of one size come together, up to the batch size, in order', t => {
	const folder = folderWith(t, { '1.png': red, '2.png': green, '3.png': red, '4.png': tall, '5.png': green });
	const source = openPictureFolder(folder);
	t.is(source.count, 5);
	const stacks = [...source.stacks(reading)];
	t.deepEqual(
		stacks.map(({ count, height, width }) => [count, height, width]),
		[
			[2, 2, 3],
			[1, 2, 3],
			[1, 5, 3],
			[1, 2, 3],
		],
	);
	t.deepEqual([...stacks[0].pixels.subarray(0, 3)], [200, 0, 0]);
	t.deepEqual([...stacks[0].pixels.subarray(18, 21)], [0, 200, 0]);
});

test('the digest follows content and order, not names', async t => {
	const folder = folderWith(t, { '1.png': red, '2.png': green });
	const digest = await digestOf(folder);
	t.is(await digestOf(folderWith(t, { 'x/a.png': red, 'x/b.png': green })), digest);
	t.not(await digestOf(folderWith(t, { '1.png': green, '2.png': red })), digest);
	t.not(await digestOf(folderWith(t, { '1.png': red })), digest);
	renameSync(path.join(folder, '1.png'), path.join(folder, '3.png'));
	t.not(await digestOf(folder), digest);
});

test('files that are not read are counted and named: other tools may read them', t => {
	const skipped = { 'b.webp': 'x', 'c.bmp': 'x', 'd.BMP': 'x', notes: 'x' };
	const folder = folderWith(t, { 'a.png': red, ...skipped, '.hidden.webp': 'x' });
	t.deepEqual(openPictureFolder(folder).notes, [
		`${folder}: 4 files were skipped (2 .bmp, 1 .webp, 1 without ending): only .jpg, .jpeg and .png are read`,
	]);
	t.deepEqual(openPictureFolder(folderWith(t, { 'a.png': red })).notes, []);
	const [note] = openPictureFolder(
		folderWith(t, {
			'a.png': red,
			...Object.fromEntries([...'bcdefg'].map(end => [`x.${end}`, 'x'])),
		}),
	).notes!;
	t.regex(note, /: 6 files were skipped \(1 \.[b-g], .*, others\): /u);
});

test('an interrupted digest stops', async t => {
	const folder = folderWith(t, { '1.png': red });
	const signal = AbortSignal.abort(new Error('stop'));
	await t.throwsAsync(
		openPictureFolder(folder).digest(() => {}, signal),
		{ message: 'stop' },
	);
});

test('a folder without images is refused', t => {
	const folder = folderWith(t, { 'notes.txt': 'x' });
	const error = t.throws(() => openPictureFolder(folder), { instanceOf: UsageError });
	t.is(
		error.message,
		`${folder}: no image in this folder or below; 1 file was skipped (1 .txt): only .jpg, .jpeg and .png are read`,
	);
	t.is(error.fix, 'give a folder of .jpg, .jpeg or .png files');
});

for (const [what, content, reason] of [
	['an empty file', Buffer.alloc(0), 'the file is empty'],
	['a text file', Buffer.from('hello'), 'the content is neither JPEG nor PNG'],
	['a truncated file', red.subarray(0, 60), 'Invalid PNG data, size 60'],
] as const) {
	test(`${what} is refused by name`, t => {
		const folder = folderWith(t, { '1.png': red, '2.png': content });
		const source = openPictureFolder(folder);
		const error = t.throws(() => [...source.stacks(reading)], { instanceOf: UsageError });
		t.is(error.message, `${path.join(folder, '2.png')}: cannot be read as an image: ${reason}`);
		t.is(error.fix, 'replace or remove the file');
	});
}
