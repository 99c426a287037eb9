import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { listImageFolder } from '../../../harness/data/image-folder-listing.ts';
import { UsageError } from '../../../harness/errors.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Writes empty files; listing does not open them. */
function writeTree(t: ExecutionContext, files: readonly string[]): string {
	const folder = temporaryFolder(t);
	for (const file of files) {
		mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
		writeFileSync(path.join(folder, file), '');
	}
	return folder;
}

const images = (folder: string, count: number): string[] =>
	Array.from({ length: count }, (_, index) => `${folder}/${String(index).padStart(3, '0')}.jpg`);

const relative = (folder: string, files: readonly string[]): string[] =>
	files.map(file => path.relative(folder, file));

const refused = (t: ExecutionContext, folder: string, message: string): void => {
	t.throws(() => listImageFolder(folder, 1), { instanceOf: UsageError, message });
};

test('classes are in the order of the folder names, files in the order of theirs', t => {
	const folder = writeTree(t, [
		'train/b/2.PNG',
		'train/b/10.jpeg',
		'train/a/x.JPEG',
		'train/a/notes.txt',
		'train/a/.hidden.jpg',
		'train/.cache/y.jpg',
		'val/a/v.jpg',
		'val/b/w.jpg',
		'README.md',
	]);
	const { classNames, train, test: held, splitRule } = listImageFolder(folder, 1);
	t.deepEqual(classNames, ['a', 'b']);
	t.deepEqual(relative(folder, train.files), ['train/a/x.JPEG', 'train/b/10.jpeg', 'train/b/2.PNG']);
	t.deepEqual([...train.labels], [0, 1, 1]);
	t.deepEqual(relative(folder, held.files), ['val/a/v.jpg', 'val/b/w.jpg']);
	t.deepEqual([...held.labels], [0, 1]);
	t.is(splitRule, 'train/ and val/ as given');
});

test('test/ serves where there is no val/', t => {
	const folder = writeTree(t, ['train/a/1.jpg', 'train/b/1.jpg', 'test/a/2.jpg', 'test/b/2.jpg']);
	const { test: held, splitRule } = listImageFolder(folder, 1);
	t.deepEqual(relative(folder, held.files), ['test/a/2.jpg', 'test/b/2.jpg']);
	t.is(splitRule, 'train/ and test/ as given');
});

for (const above of ['', 'train/']) {
	test(`without a second split a tenth of each class is held out (classes in ./${above})`, t => {
		const folder = writeTree(t, [
			...images(`${above}a`, 40),
			...images(`${above}b`, 26),
			...images(`${above}c`, 2),
		]);
		const { train, test: held, splitRule } = listImageFolder(folder, 1);
		t.deepEqual([...held.labels], [0, 0, 0, 0, 1, 1, 1, 2]);
		t.is(train.files.length, 60);
		t.is(new Set([...train.files, ...held.files]).size, 68);
		t.is(splitRule, '10 % of each class held out, seed 1');
		t.deepEqual(listImageFolder(folder, 1).test.files, held.files);
		t.notDeepEqual(listImageFolder(folder, 2).test.files, held.files);
	});
}

test('classes of equal size hold out images independently of each other', t => {
	const folder = writeTree(t, [...images('a', 60), ...images('b', 60)]);
	const held = listImageFolder(folder, 1).test.files.map(file => path.basename(file));
	t.is(held.length, 12);
	t.notDeepEqual(held.slice(0, 6), held.slice(6));
});

test('linked class folders count', t => {
	const folder = writeTree(t, [...images('a', 3), 'elsewhere.txt']);
	const other = writeTree(t, images('b', 3));
	symlinkSync(path.join(other, 'b'), path.join(folder, 'b'));
	t.deepEqual(listImageFolder(folder, 1).classNames, ['a', 'b']);
});

test('a class folder without images is refused, with what it has', t => {
	const folder = writeTree(t, [...images('a', 3), 'b/one.gif', 'b/two.txt', 'b/deeper/x.jpg']);
	refused(
		t,
		folder,
		`folder: class folder ${path.join(folder, 'b')} has no .jpg, .jpeg, .png or .webp file (it has deeper/, one.gif, two.txt)`,
	);
});

test('no class folders, or only one, is refused', t => {
	const flat = writeTree(t, ['1.jpg', '2.jpg']);
	refused(t, flat, `folder: ${flat} has no class folders; at least two classes are needed`);
	const single = writeTree(t, images('cats', 5));
	refused(t, single, `folder: ${single} has all images in one class (cats); at least two classes are needed`);
});

test('splits with different classes are refused', t => {
	const folder = writeTree(t, [
		'train/a/1.jpg',
		'train/b/1.jpg',
		'train/c/1.jpg',
		'val/a/2.jpg',
		'val/b/2.jpg',
	]);
	refused(t, folder, `folder: ${path.join(folder, 'val')} lacks 1 class folder(s) of the other split: c`);
	const reverse = writeTree(t, [
		'train/a/1.jpg',
		'train/b/1.jpg',
		'val/a/2.jpg',
		'val/b/2.jpg',
		'val/c/1.jpg',
	]);
	refused(t, reverse, `folder: ${path.join(reverse, 'train')} lacks 1 class folder(s) of the other split: c`);
});

test('a class with one image cannot be split', t => {
	const folder = writeTree(t, [...images('a', 3), ...images('b', 1)]);
	refused(
		t,
		folder,
		`folder: class folder ${path.join(folder, 'b')} has 1 image; at least 2 are needed to hold one out`,
	);
});

test('a path that is no folder is refused', t => {
	const folder = writeTree(t, ['file']);
	refused(t, path.join(folder, 'file'), `folder: ${path.join(folder, 'file')} is not a folder`);
	refused(t, path.join(folder, 'absent'), `folder: ${path.join(folder, 'absent')} is not a folder`);
});
