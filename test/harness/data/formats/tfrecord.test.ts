import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readTfRecords } from '../../../../harness/data/formats/tfrecord.ts';
import { UsageError } from '../../../../harness/errors.ts';
import { makeRecords } from '../sources/write-records.ts';
import { temporaryFolder } from '../temporary-folder.ts';

// Against TensorFlow's own files: test/harness/data/sources/golden.test.ts.

const messages = [Buffer.from('one'), Buffer.alloc(0), Buffer.alloc(5000, 3), Buffer.from('four')];

function write(t: ExecutionContext, content: Buffer): string {
	const file = path.join(temporaryFolder(t), 'x.tfrecord');
	writeFileSync(file, content);
	return file;
}

async function read(file: string, wants: (index: number) => boolean = () => true) {
	const records = [];
	for await (const { index, offset, data, problem } of readTfRecords(file, wants)) {
		records.push({ index, offset, data: data && Buffer.from(data), problem });
	}
	return records;
}

test('reads the wanted records, and hops over the others', async t => {
	const file = write(t, makeRecords(messages));
	const all = await read(file);
	t.deepEqual(
		all.map(({ data }) => data),
		messages,
	);
	t.deepEqual(
		all.map(({ offset }) => offset),
		[0, 19, 35, 5051],
	);
	t.deepEqual(
		(await read(file, index => index === 3)).map(({ data }) => data),
		[undefined, undefined, undefined, messages[3]],
	);
	t.deepEqual(await read(write(t, Buffer.alloc(0))), []);
});

test('a changed message is told, and what follows is read', async t => {
	const bytes = makeRecords(messages);
	bytes[35 + 12 + 100] ^= 1;
	const records = await read(write(t, bytes));
	t.deepEqual(records[2], {
		index: 2,
		offset: 35,
		data: undefined,
		problem: 'record 2 does not match its checksum (crc32c)',
	});
	t.deepEqual(records[3].data, messages[3]);
});

const refused = test.macro(async (t, change: (bytes: Buffer) => Buffer, message: string) => {
	const file = write(t, change(makeRecords(messages)));
	// Also where nothing but the lengths is looked at.
	for (const wants of [() => true, () => false]) {
		await t.throwsAsync(read(file, wants), { instanceOf: UsageError, message: `${file}: ${message}` });
	}
});

test(
	'a changed length ends the reading with its place',
	refused,
	bytes => {
		bytes[19] ^= 1;
		return bytes;
	},
	'at byte 19: the length of record 1 does not match its checksum',
);
test(
	'a cut inside a message is told with the place and the sizes',
	refused,
	bytes => bytes.subarray(0, 1000),
	'at byte 35: the file ends within record 2: it needs 5004 bytes, the file has 953 left; it is truncated',
);
test(
	'a cut inside a header is told',
	refused,
	bytes => bytes.subarray(0, 25),
	'at byte 19: the file ends within the header of record 1; it is truncated',
);
test(
	'a gzipped file is told',
	refused,
	() => Buffer.from('1f8b0800000000000003000000000000000000', 'hex'),
	'at byte 0: the file is gzipped, which is not read',
);
