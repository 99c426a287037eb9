import { createWriteStream, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import test, { type ExecutionContext } from 'ava';
import { readTarMembers } from '../../../../harness/data/formats/tar-members.ts';
import { openCifar } from '../../../../harness/data/sources/cifar.ts';
import { openSource } from '../../../../harness/data/sources/source.ts';
import { UsageError } from '../../../../harness/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { bytesOf, gather, gatherFiles, toRow } from './gather.ts';
import { writeTar } from './write-tar.ts';

// Python's pickles: golden.test.ts.

const fixtures = 'test/fixtures/data/sources';
const records = { train: 2, test: 2 };
const planesBytes = 3072;

/** A binary file of records: label bytes, then planes whose byte tells record, channel and place. */
const makeBinary = (labels: ReadonlyArray<readonly number[]>): Buffer =>
	Buffer.concat(
		labels.flatMap((bytes, record) => [
			Buffer.from(bytes),
			Buffer.from(
				Uint8Array.from(
					{ length: planesBytes },
					(_, place) => (record * 50 + (place >> 10) * 80 + (place & 1023)) % 256,
				),
			),
		]),
	);

const trainNames = [1, 2, 3, 4, 5].map(part => `data_batch_${part}`);

function binaryFiles(): Record<string, Buffer> {
	const files: Record<string, Buffer> = { 'test_batch.bin': makeBinary([[9], [0]]) };
	for (const [part, name] of trainNames.entries())
		files[`${name}.bin`] = makeBinary([[2 * part], [2 * part + 1]]);
	return files;
}

function write(t: ExecutionContext, files: Readonly<Record<string, Buffer | string>>): string {
	const folder = temporaryFolder(t);
	for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
	return folder;
}

const open10 = (folder: string) => openCifar(folder, { kind: 'cifar10', records });

test('the binary version is read from its folder, the one above, and its archive alike', async t => {
	const files = binaryFiles();
	const folder = write(t, files);
	const above = temporaryFolder(t);
	symlinkSync(folder, path.join(above, 'cifar-10-batches-bin'));
	const packed = temporaryFolder(t);
	await writeTar(
		path.join(packed, 'cifar-10-binary.tar.gz'),
		Object.entries(files).map(([name, content]) => ({ name: `cifar-10-batches-bin/${name}`, content })),
	);
	const rows = [];
	for (const place of [folder, above, packed, path.join(packed, 'cifar-10-binary.tar.gz')]) {
		const source = await open10(place);
		t.is(source.recipe, 'CIFAR-10, binary version, 32×32');
		rows.push((await gather(source, 'train')).map(toRow), (await gather(source, 'test')).map(toRow));
	}
	t.deepEqual(rows.slice(2, 4), rows.slice(0, 2));
	t.deepEqual(rows.slice(4, 6), rows.slice(0, 2));
	t.deepEqual(rows.slice(6, 8), rows.slice(0, 2));
	t.deepEqual(
		rows[0].map(({ label }) => label),
		[...Array(10).keys()],
	);
	t.is(rows[0][3].key, 'data_batch_2.bin#1');
	const [, second] = await gather(await open10(folder), 'train');
	t.is(second.offset, 3074);
	t.deepEqual([...bytesOf(second).subarray(0, 6)], [50, 130, 210, 51, 131, 211]);
});

test('of the two labels of CIFAR-100 the fine one counts', async t => {
	const labels = Array.from({ length: 100 }, (_, record) => [record % 20, 99 - record]);
	const folder = write(t, {
		'train.bin': makeBinary(labels),
		'test.bin': makeBinary(labels.slice(0, 2)),
		'fine_label_names.txt': `${labels.map((_, record) => `name${record}`).join('\n')}\n\n`,
	});
	const source = await openCifar(folder, { kind: 'cifar100', records: { train: 100, test: 2 } });
	t.deepEqual(
		[...(await source.labels('train'))],
		labels.map(([, fine]) => fine),
	);
	t.is(source.classNames[99], 'name99');
	t.is((await gather(source, 'test'))[1].offset, 3074 + 2);
});

test('the Python version is read from its folder too', async t => {
	const folder = path.join(temporaryFolder(t), 'cifar-10-batches-py');
	mkdirSync(folder);
	for await (const { name, size, reader } of readTarMembers(`${fixtures}/cifar10/cifar-10-python.tar.gz`)) {
		await pipeline([await reader.take(size)], createWriteStream(path.join(folder, path.basename(name))));
	}
	const options = { kind: 'cifar10', records, acceptLabels: true } as const;
	const [unpacked, packed] = [
		await openCifar(path.dirname(folder), options),
		await openCifar(`${fixtures}/cifar10`, options),
	];
	t.deepEqual((await gather(unpacked, 'train')).map(toRow), (await gather(packed, 'train')).map(toRow));
	const [train] = await gatherFiles(unpacked, 'train');
	t.deepEqual(train, { name: 'data_batch_1', bytes: readFileSync(path.join(folder, 'data_batch_1')).length });
});

const python = (folder: string) => openCifar(folder, { kind: 'cifar10', records, acceptLabels: true });

test('a pickle that asks for a program is refused, and nothing is run', async t => {
	const evil = Buffer.from('\x80\x02cposix\nsystem\nU\x0atouch pwned\x85R.', 'latin1');
	const files = Object.fromEntries([...trainNames, 'test_batch'].map(name => [name, evil]));
	const folder = write(t, files);
	await t.throwsAsync(python(folder), {
		instanceOf: UsageError,
		message: `${path.join(folder, 'data_batch_1')}: its pickle asks for 'posix.system'; only plain data and NumPy arrays are read, and nothing is executed`,
	});
});

test('pickles of something else, and cut ones, are refused', async t => {
	const files = (content: Buffer) =>
		Object.fromEntries([...trainNames, 'test_batch'].map(name => [name, content]));
	for (const [content, problem] of [
		[Buffer.from('\x80\x02]q\0.', 'latin1'), 'the pickle is no dictionary'],
		[
			Buffer.from('\x80\x02}q\0.', 'latin1'),
			'expected a dictionary with `data` of [N, 3072] bytes and `labels` of N numbers',
		],
		[Buffer.from('\x80\x02}q\0U\x04da', 'latin1'), 'its pickle ends within an operation, at byte 9'],
	] as const) {
		const folder = write(t, files(content));
		await t.throwsAsync(python(folder), {
			instanceOf: UsageError,
			message: `${path.join(folder, 'data_batch_1')}: ${problem}`,
		});
	}
});

test('a file of another size, and a label above the classes, are refused', async t => {
	const short = write(t, { ...binaryFiles(), 'data_batch_3.bin': Buffer.alloc(5000) });
	await t.throwsAsync(open10(short), {
		instanceOf: UsageError,
		message: `${path.join(short, 'data_batch_3.bin')}: expected 6146 bytes (2 images of 3073), got 5000; the file is truncated`,
	});
	const wrong = write(t, { ...binaryFiles(), 'test_batch.bin': makeBinary([[1], [10]]) });
	await t.throwsAsync(open10(wrong), {
		instanceOf: UsageError,
		message: `${path.join(wrong, 'test_batch.bin')}: image 1: expected a label from 0 to 9, got 10`,
	});
	await t.throwsAsync(openSource(`cifar10:${wrong}`), { message: /expected 30730000 bytes/u });
});

test('labels that are all equal are refused', async t => {
	const files = binaryFiles();
	for (const name of trainNames) files[`${name}.bin`] = makeBinary([[0], [0]]);
	const folder = write(t, files);
	await t.throwsAsync(open10(folder), {
		instanceOf: UsageError,
		message: `cifar10: ${folder}: all 10 labels of the train split are 0 (airplane)`,
	});
});

test('missing files, another data set, and a cut archive are refused', async t => {
	const { 'data_batch_4.bin': _, ...files } = binaryFiles();
	const folder = write(t, files);
	await t.throwsAsync(open10(folder), {
		instanceOf: UsageError,
		message: `cifar10: ${path.join(folder, 'data_batch_4.bin')} is missing`,
	});
	const other = (await t.throwsAsync(openSource(`cifar100:${folder}`), {
		instanceOf: UsageError,
		message: `cifar100: ${folder} has no CIFAR-100 file`,
	})) as UsageError;
	t.true(other.fix?.startsWith(`did you mean \`cifar10:${folder}\`?`));
	const archive = path.join(temporaryFolder(t), 'cifar-10-python.tar.gz');
	writeFileSync(archive, readFileSync(`${fixtures}/cifar10/cifar-10-python.tar.gz`).subarray(0, 1000));
	await t.throwsAsync(python(archive), { instanceOf: UsageError, message: /cut short|truncated/u });
});
