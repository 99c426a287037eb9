import { truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openSource } from '../../../../harness/data/sources/source.ts';
import { UsageError } from '../../../../harness/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { gather, gatherDamaged } from './gather.ts';
import { type TarFile, writeTar } from './write-tar.ts';

// Against Python's tarfile: golden.test.ts.

const file = (name: string, content: string): TarFile => ({ name, content: Buffer.from(content) });
const sample = (key: string, label: string): TarFile[] => [
	file(`${key}.jpg`, `picture ${key}`),
	file(`${key}.cls`, label),
];

async function write(
	t: ExecutionContext,
	shards: Readonly<Record<string, readonly TarFile[]>>,
): Promise<string> {
	const folder = temporaryFolder(t);
	for (const [name, files] of Object.entries(shards)) await writeTar(path.join(folder, name), files);
	return folder;
}

test('labels may be names, which are classes in sorted order', async t => {
	const json = (label: string): string => JSON.stringify({ label, width: 3 });
	const folder = await write(t, {
		'0.tar': [
			file('x.json', json('zebra')),
			file('x.mask.png', 'm'),
			file('x.png', 'p'),
			file('y.jpg', 'q'),
			file('y.json', json('ant')),
			file('readme', ''),
		],
	});
	const source = await openSource(`webdataset:${folder}`);
	t.deepEqual(source.classNames, ['ant', 'zebra']);
	t.deepEqual(
		(await gather(source, 'train')).map(({ key, label }) => [key, label]),
		[
			['x', 1],
			['y', 0],
		],
	);
});

test('class names beside the shards are taken', async t => {
	const folder = await write(t, { '0.tar': [...sample('a', '0'), ...sample('b', '1')] });
	writeFileSync(path.join(folder, 'classnames.txt'), 'cat\ndog\n');
	t.deepEqual((await openSource(`webdataset:${folder}`)).classNames, ['cat', 'dog']);
});

test('an empty picture is left out where that is asked for', async t => {
	const folder = await write(t, { '0.tar': [...sample('a', '0'), file('b.jpg', ''), file('b.cls', '1')] });
	const { pictures, damaged } = await gatherDamaged(await openSource(`webdataset:${folder}`), 'train');
	t.deepEqual(
		pictures.map(({ key }) => key),
		['a'],
	);
	t.deepEqual(
		damaged.map(({ key, problem, offset }) => [key, problem, offset]),
		[['b', 'the picture has 0 bytes', 2560]],
	);
});

const refused = test.macro(
	async (
		t,
		shards: Readonly<Record<string, readonly TarFile[]>>,
		message: (folder: string) => string,
		pattern?: string,
	) => {
		const folder = await write(t, shards);
		const target = pattern === undefined ? folder : path.join(folder, pattern);
		await t.throwsAsync(openSource(`webdataset:${target}`), {
			instanceOf: UsageError,
			message: message(folder),
		});
	},
);

test(
	'a missing shard of a range is named',
	refused,
	{ '0.tar': sample('a', '0') },
	folder => `webdataset: 2 of 3 shards are missing: ${folder}/1.tar, …`,
	'{0..2}.tar',
);
test(
	'a key in two shards is refused',
	refused,
	{ '0.tar': sample('a', '0'), '1.tar': sample('a', '1') },
	folder => `${folder}/1.tar: at byte 512: sample 'a' is there already, in ${folder}/0.tar`,
);
test(
	'a key twice in a shard is refused',
	refused,
	{ '0.tar': [...sample('a', '0'), ...sample('b', '1'), ...sample('a', '0')] },
	folder => `${folder}/0.tar: at byte 4608: sample 'a' is there already, in the shard`,
);
test(
	'a label that is none is refused',
	refused,
	{ '0.tar': sample('a', '') },
	folder => `${folder}/0.tar: at byte 1536: 'a.cls' has no label: expected a number or a name`,
);
test(
	'JSON without a label is refused',
	refused,
	{ '0.tar': [file('a.jpg', 'x'), file('a.json', '{"caption":"x"}')] },
	folder =>
		`${folder}/0.tar: at byte 1536: 'a.json' has no label: expected one of label, cls, class_id, class in it`,
);
test('JSON that is none is refused', async t => {
	const folder = await write(t, { '0.tar': [file('a.jpg', 'x'), file('a.json', '{')] });
	const error = await t.throwsAsync(openSource(`webdataset:${folder}`), { instanceOf: UsageError });
	t.true(error?.message.startsWith(`${folder}/0.tar: at byte 1536: 'a.json' is no JSON: `), error?.message);
});
test(
	'a label without a picture is refused',
	refused,
	{ '0.tar': [...sample('a', '0'), file('b.gif', 'x'), file('b.cls', '1')] },
	(folder: string) =>
		`${folder}/0.tar: at byte 2560: sample 'b' has a label and no picture (.jpg, .jpeg, .png, .webp)`,
);
test(
	'two pictures of one key are refused',
	refused,
	{ '0.tar': [file('a.jpg', 'x'), file('a.png', 'x')] },
	folder => `${folder}/0.tar: at byte 1536: sample 'a' has a second picture, 'a.png'`,
);
test(
	'pictures without any label are refused',
	refused,
	{ '0.tar': [file('a.jpg', 'x'), file('b.jpg', 'x')] },
	folder => `webdataset: ${folder}: no picture of the train split has a label`,
);
test(
	'labels that are all equal are refused',
	refused,
	{ '0.tar': [...sample('a', '0'), ...sample('b', '0')] },
	folder => `webdataset: ${folder}: all 2 labels of the train split are 0 (0)`,
);
test(
	'a class without pictures is refused',
	refused,
	{ '0.tar': [...sample('a', '0'), ...sample('b', '2')] },
	folder => `webdataset: ${folder}: 1 of 3 classes have no training picture: 1`,
);
test(
	'shards without pictures are refused',
	refused,
	{ '0.tar': [file('a.txt', 'x')] },
	folder => `webdataset: the train split of ${folder} is empty`,
);

test('a truncated shard is refused with the place', async t => {
	const folder = await write(t, { '0.tar': [...sample('a', '0'), ...sample('b', '1')] });
	truncateSync(path.join(folder, '0.tar'), 2570);
	await t.throwsAsync(openSource(`webdataset:${folder}`), {
		instanceOf: UsageError,
		message: `${folder}/0.tar: at byte 3072: the archive ends here without its closing blocks`,
	});
});
