import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { openBytes } from '../../../../harness/data/formats/byte-reader.ts';
import { UsageError } from '../../../../harness/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const content = Buffer.from(
	Uint8Array.from({ length: 600_000 }, (_, index) => (index * 7 + (index >> 8)) % 256),
);

for (const zipped of [false, true]) {
	test(`bytes are taken piece by piece (${zipped ? 'gzipped' : 'plain'})`, async t => {
		const file = path.join(temporaryFolder(t), 'file');
		writeFileSync(file, zipped ? gzipSync(content) : content);
		const reader = await openBytes(file);
		t.deepEqual(await reader.take(3), content.subarray(0, 3));
		await reader.skip(400_000);
		t.is(reader.position, 400_003);
		t.deepEqual(await reader.take(5), content.subarray(400_003, 400_008));
		t.false(await reader.isAtEnd());
		await reader.take(content.length - 400_008);
		t.true(await reader.isAtEnd());
		await t.throwsAsync(reader.take(4), {
			instanceOf: UsageError,
			message: `${file}: at byte 600000: 4 more bytes are needed here, 0 are left; the file is truncated`,
		});
		await reader.close();
	});
}

test('cut or damaged compression is told with the place', async t => {
	const file = path.join(temporaryFolder(t), 'file');
	const zipped = gzipSync(content);
	writeFileSync(file, zipped.subarray(0, 2000));
	let reader = await openBytes(file);
	const cut = await t.throwsAsync(reader.take(content.length), { instanceOf: UsageError });
	t.regex(cut?.message ?? '', /: at byte \d+: the compressed file is cut short \(counted unpacked\)$/u);
	await reader.close();
	zipped.fill(0xff, 100, 200);
	writeFileSync(file, zipped);
	reader = await openBytes(file);
	const damaged = await t.throwsAsync(reader.take(content.length), { instanceOf: UsageError });
	t.regex(
		damaged?.message ?? '',
		/: at byte \d+: the compression is damaged \(Z_DATA_ERROR\) \(counted unpacked\)$/u,
	);
	await reader.close();
});

test('missing files and folders are told', async t => {
	const folder = temporaryFolder(t);
	await t.throwsAsync(openBytes(path.join(folder, 'absent')), {
		instanceOf: UsageError,
		message: `${path.join(folder, 'absent')}: the file does not exist`,
	});
	await t.throwsAsync(openBytes(folder), { message: /it is a folder, not a file$/u });
});
