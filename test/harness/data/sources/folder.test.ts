import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openSource } from '../../../../harness/data/sources/source.ts';
import { UsageError } from '../../../../harness/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { gather, gatherDamaged, gatherFiles } from './gather.ts';

function writeTree(t: ExecutionContext, files: Readonly<Record<string, string>>): string {
	const folder = temporaryFolder(t);
	for (const [name, content] of Object.entries(files)) {
		mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
		writeFileSync(path.join(folder, name), content);
	}
	return folder;
}

const keysOf = (pictures: ReadonlyArray<{ key: string }>): string[] => pictures.map(({ key }) => key);

test.serial('files are given as they are, in the order of classes and names, links followed', async t => {
	const folder = writeTree(t, {
		'train/b/2.webp': 'b2',
		'train/b/10.png': 'b10',
		'train/a/x.JPEG': 'ax',
		'train/a/notes.txt': '',
		'val/a/v.jpg': 'av',
		'val/b/w.jpg': 'bw',
	});
	symlinkSync(path.join(folder, 'train/b/2.webp'), path.join(folder, 'train/a/linked.webp'));
	const source = await openSource(`folder:${folder}`);
	const pictures = await gather(source, 'train');
	t.deepEqual(keysOf(pictures), ['a/linked.webp', 'a/x.JPEG', 'b/10.png', 'b/2.webp']);
	t.deepEqual(
		pictures.map(({ label, content }) => [
			label,
			content.kind === 'encoded' && Buffer.from(content.bytes).toString(),
		]),
		[
			[0, 'b2'],
			[0, 'ax'],
			[1, 'b10'],
			[1, 'b2'],
		],
	);
	t.deepEqual(keysOf(await gather(source, 'test', { skip: 1 })), ['b/w.jpg']);
	t.deepEqual((await gatherFiles(source, 'train'))[1], { name: path.join('train', 'a', 'x.JPEG'), bytes: 2 });
	t.is(source.recipe, 'folder, one class a sub-folder, train/ and val/ as given');
});

test.serial('a folder of classes alone has no test split', async t => {
	const source = await openSource(`folder:${writeTree(t, { 'a/1.jpg': 'x', 'b/1.jpg': 'x' })}`);
	t.deepEqual(source.splits, { train: { count: 2 }, test: null });
	await t.throwsAsync(gather(source, 'test'), { instanceOf: UsageError, message: /has no test split$/u });
});

test.serial('empty, vanished and dangling files end the reading, or are counted and left out', async t => {
	const folder = writeTree(t, { 'a/1.jpg': 'x', 'a/2.jpg': '', 'b/1.jpg': 'y' });
	symlinkSync(path.join(folder, 'nowhere'), path.join(folder, 'b', '0.jpg'));
	const source = await openSource(`folder:${folder}`);
	const empty = path.join(folder, 'a', '2.jpg');
	await t.throwsAsync(gather(source, 'train'), {
		instanceOf: UsageError,
		message: `${empty}: at byte 0: the file is empty (picture a/2.jpg)`,
	});
	const { pictures, damaged } = await gatherDamaged(source, 'train');
	t.deepEqual(keysOf(pictures), ['a/1.jpg', 'b/1.jpg']);
	t.deepEqual(
		pictures.map(({ position }) => position),
		[0, 3],
	);
	t.deepEqual(damaged, [
		{ position: 1, key: 'a/2.jpg', file: empty, offset: 0, problem: 'the file is empty' },
		{
			position: 2,
			key: 'b/0.jpg',
			file: path.join(folder, 'b', '0.jpg'),
			offset: 0,
			problem: 'the file does not exist',
		},
	]);
});

test.serial('unreadable files and folders are told', async t => {
	const folder = writeTree(t, { 'a/1.jpg': 'x', 'b/1.jpg': 'y' });
	const [file, classFolder] = [path.join(folder, 'b', '1.jpg'), path.join(folder, 'b')];
	chmodSync(folder, 0o755);
	chmodSync(file, 0);
	// The super-user reads everything: become nobody, where that can be done.
	const isRoot = process.geteuid?.() === 0;
	if (isRoot) process.seteuid?.(65_534);
	try {
		const { damaged } = await gatherDamaged(await openSource(`folder:${folder}`), 'train');
		t.deepEqual(
			damaged.map(({ problem }) => problem),
			['it cannot be read: permission denied'],
		);
		if (isRoot) process.seteuid?.(0);
		chmodSync(classFolder, 0);
		if (isRoot) process.seteuid?.(65_534);
		await t.throwsAsync(openSource(`folder:${folder}`), {
			instanceOf: UsageError,
			message: `${classFolder}: it cannot be read: permission denied`,
		});
	} finally {
		if (isRoot) process.seteuid?.(0);
		chmodSync(classFolder, 0o755);
	}
});

test.serial('a wrong folder level is refused with the right one', async t => {
	const folder = writeTree(t, {
		'set/train/a/1.jpg': 'x',
		'set/train/b/1.jpg': 'x',
		'set/val/a/1.jpg': 'x',
		'set/val/b/1.jpg': 'x',
	});
	const right = path.join(folder, 'set');
	for (const wrong of ['', 'set/train/a', 'set/val/b']) {
		const error = await t.throwsAsync(openSource(`folder:${path.join(folder, wrong)}`), {
			instanceOf: UsageError,
		});
		t.regex((error as UsageError).fix ?? '', new RegExp(`did you mean \`folder:${right}\``, 'u'), wrong);
	}
});
