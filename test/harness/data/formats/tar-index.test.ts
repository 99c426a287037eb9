import { open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { listTar, type TarEntry, type TarRange } from '../../../../harness/data/formats/tar-index.ts';
import { UsageError } from '../../../../harness/errors.ts';
import { makeTar } from '../sources/write-tar.ts';
import { temporaryFolder } from '../temporary-folder.ts';

async function list(file: string, range?: TarRange): Promise<TarEntry[]> {
	const handle = await open(file);
	try {
		const entries: TarEntry[] = [];
		for await (const entry of listTar(handle, file, range)) entries.push(entry);
		return entries;
	} finally {
		await handle.close();
	}
}

async function write(t: ExecutionContext, content: Buffer): Promise<string> {
	const file = path.join(temporaryFolder(t), 'x.tar');
	await writeFile(file, content);
	return file;
}

const long = `${'folder/'.repeat(30)}picture é.jpg`;

test('finds each file’s bytes, long names included', async t => {
	const files = [
		{ name: './a/1.jpg', content: Buffer.from('first') },
		{ name: 'a/', type: 'directory' as const },
		{ name: 'empty' },
		{ name: long, content: Buffer.alloc(1500, 7) },
		{ name: 'last', content: Buffer.from('last one') },
	];
	const archive = await makeTar(files);
	const entries = await list(await write(t, archive));
	t.deepEqual(
		entries.map(({ name, size }) => [name, size]),
		[
			['a/1.jpg', 5],
			['empty', 0],
			[long, 1500],
			['last', 8],
		],
	);
	for (const { name, offset, size } of entries) {
		const content = files.find(file => file.name.endsWith(name))?.content ?? Buffer.alloc(0);
		t.deepEqual(archive.subarray(offset, offset + size), content, name);
	}
});

test('an archive inside an archive is read in its place', async t => {
	const inner = await makeTar([{ name: 'x', content: Buffer.from('inside') }]);
	const file = await write(t, await makeTar([{ name: 'before' }, { name: 'inner.tar', content: inner }]));
	const [, { offset, size }] = await list(file);
	t.deepEqual(await list(file, { start: offset, end: offset + size }), [
		{ name: 'x', offset: offset + 512, size: 6 },
	]);
});

const refused = test.macro(
	async (t, change: (archive: Buffer) => Buffer, message: string, start?: number) => {
		const file = await write(
			t,
			change(
				await makeTar([
					{ name: 'a', content: Buffer.alloc(700) },
					{ name: 'b', content: Buffer.alloc(10) },
				]),
			),
		);
		const error = await t.throwsAsync(list(file, { start }), { instanceOf: UsageError });
		t.is(error?.message, `${file}: ${message}`);
	},
);

test(
	'a cut inside a file is told with the place and both sizes',
	refused,
	archive => archive.subarray(0, 900),
	"at byte 512: the archive ends within 'a': it needs 700 bytes, the archive has 388 left",
);
test(
	'a cut between files is told, as the closing blocks are missing',
	refused,
	archive => archive.subarray(0, 1536),
	'at byte 1536: the archive ends here without its closing blocks',
);
test(
	'a cut inside a header is told',
	refused,
	archive => archive.subarray(0, 1700),
	'at byte 1536: the archive ends here without its closing blocks',
);
test(
	'a changed header is told with its place',
	refused,
	archive => {
		archive[1540] ^= 1;
		return archive;
	},
	'at byte 1536: the header of the next file is damaged',
);
test('an empty file is told', refused, () => Buffer.alloc(0), 'at byte 0: the archive is empty');
test(
	'another kind of file is told',
	refused,
	() => Buffer.alloc(2000, 'text '),
	'at byte 0: this is no tar archive; if it is compressed, unpack it first (gunzip, zstd -d)',
);

test('links are refused: their pictures lie elsewhere', async t => {
	const file = await write(t, await makeTar([{ name: 'l', type: 'symlink', linkname: 'elsewhere' }]));
	await t.throwsAsync(list(file), {
		instanceOf: UsageError,
		message: `${file}: at byte 0: 'l' is a link, which archives of pictures may not hold`,
	});
});
