import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { findCifar10, loadCifar10 } from '../../../harness/data/cifar10.ts';
import { UsageError } from '../../../harness/errors.ts';
import { temporaryFolder } from './temporary-folder.ts';

const recordBytes = 3073;
const fileNames = [1, 2, 3, 4, 5].map(part => `data_batch_${part}.bin`).concat('test_batch.bin');
const isFilled = (record: number): boolean => record % 2500 === 0 || record === 9999;

/** Byte of a plane: any rule that tells file, record, channel and place apart. */
const byteAt = (file: number, record: number, channel: number, place: number): number =>
	(file * 37 + record * 11 + channel * 71 + place * (channel + 1)) % 251;

/** One official file: label (record + file) mod 10, planes red, green, blue; most images black. */
function makeFile(file: number): Buffer {
	const bytes = Buffer.alloc(10_000 * recordBytes);
	for (let record = 0; record < 10_000; record++) {
		const start = record * recordBytes;
		bytes[start] = (record + file) % 10;
		if (!isFilled(record)) continue;
		for (let value = 0; value < 3072; value++) {
			bytes[start + 1 + value] = byteAt(file, record, value >> 10, value & 1023);
		}
	}
	return bytes;
}

const official = mkdtempSync(path.join(tmpdir(), 'fewer-labels-cifar-'));
test.before('write the official files', () => {
	for (const [file, name] of fileNames.entries()) writeFileSync(path.join(official, name), makeFile(file));
});
test.after.always('remove the official files', () => rmSync(official, { recursive: true, force: true }));

/** A folder with the official files, less one, which becomes `content` if that is given. */
function withoutFile(t: ExecutionContext, without: string, content?: Buffer): string {
	const folder = temporaryFolder(t);
	for (const name of fileNames) {
		if (name !== without) symlinkSync(path.join(official, name), path.join(folder, name));
	}
	if (content) writeFileSync(path.join(folder, without), content);
	return folder;
}

const rejects = (t: ExecutionContext, folder: string, message: string) =>
	t.throwsAsync(loadCifar10({ folder, seed: 1 }), { instanceOf: UsageError, message });

test('every pixel and label of the planes is where NHWC has it', async t => {
	const lines: string[] = [];
	const dataSet = await loadCifar10({ folder: official, seed: 1, report: line => lines.push(line) });
	t.is(dataSet.train.count, 50_000);
	t.is(dataSet.test.count, 10_000);
	t.is(dataSet.train.pixels.length, 50_000 * 3072);
	for (let file = 0; file < 6; file++) {
		const split = file === 5 ? dataSet.test : dataSet.train;
		const first = file === 5 ? 0 : file * 10_000;
		for (const record of [0, 2500, 5000, 7500, 9999]) {
			const expected = Uint8Array.from({ length: 3072 }, (_, value) =>
				byteAt(file, record, value % 3, Math.floor(value / 3)),
			);
			const start = (first + record) * 3072;
			t.deepEqual(split.pixels.slice(start, start + 3072), expected, `file ${file}, record ${record}`);
		}
		t.deepEqual(
			split.labels.slice(first, first + 12),
			Int32Array.from({ length: 12 }, (_, record) => (record + file) % 10),
		);
	}
	t.deepEqual(dataSet.classNames.slice(0, 2), ['airplane', 'automobile']);
	t.is(dataSet.recipe, 'CIFAR-10 binary version, 32×32, no resize; train all 50000; test all 10000');
	t.deepEqual(lines, [`cifar10: 50000 training and 10000 test images from ${official}`]);
});

test('subsets are balanced, belong to the seed, and are part of recipe and digest', async t => {
	const load = (seed: number) => loadCifar10({ folder: official, seed, trainCount: 200, testCount: 30 });
	const [first, again, other] = [await load(1), await load(1), await load(2)];
	const counts = new Array<number>(10).fill(0);
	for (const label of first.train.labels) counts[label]++;
	t.deepEqual(counts, new Array(10).fill(20));
	t.is(first.test.count, 30);
	t.is(first.test.pixels.length, 30 * 3072);
	t.deepEqual(again, first);
	t.not(other.digest, first.digest);
	t.regex(first.recipe, /train 200 of 50000, class-balanced, seed 1; test 30 of 10000/u);
});

test('the folder above the official one will do', async t => {
	const above = temporaryFolder(t);
	symlinkSync(official, path.join(above, 'cifar-10-batches-bin'));
	t.is(findCifar10(above), path.join(above, 'cifar-10-batches-bin'));
	const direct = await loadCifar10({ folder: official, seed: 1, trainCount: 10, testCount: 10 });
	const nested = await loadCifar10({ folder: above, seed: 1, trainCount: 10, testCount: 10 });
	t.is(nested.digest, direct.digest);
});

test('a missing file is named', async t => {
	const folder = withoutFile(t, 'data_batch_4.bin');
	await rejects(t, folder, `cifar10: ${path.join(folder, 'data_batch_4.bin')} is missing`);
	const empty = temporaryFolder(t);
	mkdirSync(path.join(empty, 'cifar-10-batches-py'));
	await rejects(t, empty, `cifar10: ${empty} has no CIFAR-10 binary file`);
});

test('a file of another size is named with both sizes', async t => {
	const short = withoutFile(t, 'test_batch.bin', Buffer.alloc(5000));
	await rejects(
		t,
		short,
		`cifar10: ${path.join(short, 'test_batch.bin')}: expected 30730000 bytes (10000 images of 3073), got 5000; the file is truncated`,
	);
	const long = withoutFile(t, 'test_batch.bin', Buffer.alloc(10_000 * recordBytes + 1));
	await rejects(
		t,
		long,
		`cifar10: ${path.join(long, 'test_batch.bin')}: expected 30730000 bytes (10000 images of 3073), got 30730001`,
	);
});

test('a label above 9 is refused', async t => {
	const bytes = makeFile(1);
	bytes[7 * recordBytes] = 10;
	const folder = withoutFile(t, 'data_batch_2.bin', bytes);
	const file = path.join(folder, 'data_batch_2.bin');
	await rejects(t, folder, `cifar10: ${file}: image 7: expected a label from 0 to 9, got 10`);
});
