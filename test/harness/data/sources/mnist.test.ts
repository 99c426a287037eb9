import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { openSource } from '../../../../harness/data/sources/source.ts';
import { UsageError } from '../../../../harness/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { bytesOf, gather } from './gather.ts';

// Against NumPy: golden.test.ts.

function makeIdx(extents: readonly number[], content: Buffer, magic = 0x0800 + extents.length): Buffer {
	const header = Buffer.alloc(4 + 4 * extents.length);
	header.writeUInt32BE(magic, 0);
	for (const [axis, extent] of extents.entries()) header.writeUInt32BE(extent, 4 + 4 * axis);
	return Buffer.concat([header, content]);
}

const pictures = (count: number): Buffer =>
	Buffer.from(Uint8Array.from({ length: count * 784 }, (_, index) => index % 251));
const digits = Buffer.from([...Array(10).keys()]);

const good: Readonly<Record<string, Buffer>> = {
	'train-images.idx3-ubyte': makeIdx([10, 28, 28], pictures(10)),
	'train-labels.idx1-ubyte.gz': gzipSync(makeIdx([10], digits)),
	't10k-images-idx3-ubyte.gz': gzipSync(makeIdx([2, 28, 28], pictures(2))),
	't10k-labels-idx1-ubyte': makeIdx([2], digits.subarray(0, 2)),
};

function write(t: ExecutionContext, files: Readonly<Record<string, Buffer>>): string {
	const folder = temporaryFolder(t);
	for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
	return folder;
}

test('both spellings of the names, gzipped or not, are read; the margin is black', async t => {
	const source = await openSource(`fashion-mnist:${write(t, good)}`);
	t.is(source.classNames[9], 'Ankle boot');
	const [, second] = await gather(source, 'train');
	t.is(second.label, 1);
	t.is(second.offset, 16 + 784);
	const pixels = bytesOf(second);
	t.deepEqual([...pixels.subarray(0, 2 * 32 * 3 + 2 * 3)], new Array(2 * 32 * 3 + 2 * 3).fill(0));
	const corner = (2 * 32 + 2) * 3;
	t.deepEqual([...pixels.subarray(corner, corner + 6)], [31, 31, 31, 32, 32, 32]);
});

const refused = test.macro(
	async (t, files: Readonly<Record<string, Buffer>>, message: (folder: string) => string) => {
		const folder = write(t, { ...good, ...files });
		await t.throwsAsync(async () => gather(await openSource(`mnist:${folder}`), 'train'), {
			instanceOf: UsageError,
			message: message(folder),
		});
	},
);

test(
	'fewer labels than images are refused',
	refused,
	{ 'train-labels.idx1-ubyte.gz': gzipSync(makeIdx([9], digits)) },
	folder =>
		`${folder}/train-labels.idx1-ubyte.gz: has 9 labels for the 10 images of ${folder}/train-images.idx3-ubyte`,
);
test(
	'truncated labels are refused with the place',
	refused,
	{ 'train-labels.idx1-ubyte.gz': gzipSync(makeIdx([10], digits.subarray(0, 4))) },
	folder =>
		`${folder}/train-labels.idx1-ubyte.gz: at byte 8: 10 more bytes are needed here, 4 are left; the file is truncated`,
);
test(
	'truncated images are refused with the place',
	refused,
	{ 'train-images.idx3-ubyte': good['train-images.idx3-ubyte'].subarray(0, 2000) },
	folder =>
		`${folder}/train-images.idx3-ubyte: at byte 1584: 784 more bytes are needed here, 416 are left; the file is truncated`,
);
test(
	'labels in place of images are refused',
	refused,
	{ 'train-images.idx3-ubyte': makeIdx([10], pictures(10)) },
	folder =>
		`${folder}/train-images.idx3-ubyte: at byte 0: this is no idx file of images (it should start with 00 00 08 03)`,
);
test(
	'images of another size are refused',
	refused,
	{ 'train-images.idx3-ubyte': makeIdx([10, 32, 32], pictures(20)) },
	folder => `${folder}/train-images.idx3-ubyte: at byte 8: expected images of 28×28, got 32×32`,
);
test(
	'labels that are all equal are refused',
	refused,
	{ 'train-labels.idx1-ubyte.gz': gzipSync(makeIdx([10], Buffer.alloc(10, 7))) },
	folder => `mnist: ${folder}: all 10 labels of the train split are 7 (7)`,
);
test(
	'labels above 9 are refused',
	refused,
	{ 'train-labels.idx1-ubyte.gz': gzipSync(makeIdx([10], Buffer.from([...digits.subarray(0, 9), 10]))) },
	folder => `mnist: ${folder}: train picture 9: expected a label from 0 to 9, got 10`,
);

test('a missing file is named, and another data set recognised', async t => {
	const { 't10k-labels-idx1-ubyte': _, ...files } = good;
	const folder = write(t, files);
	await t.throwsAsync(openSource(`mnist:${folder}`), {
		instanceOf: UsageError,
		message: `mnist: ${folder}/t10k-labels-idx1-ubyte is missing (also .gz)`,
	});
	const other = (await t.throwsAsync(openSource('mnist:test/fixtures/data/sources/svhn'))) as UsageError;
	t.regex(other.fix ?? '', /^did you mean `svhn:.*svhn`\?/u);
});
