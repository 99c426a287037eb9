import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { openStoredArrays } from '../../../../harness/metrics/sources/stored-array.ts';
import { temporaryFolder } from '../../data/temporary-folder.ts';
import { arrayPixels, fixture } from './fixtures.ts';

async function changed(t: ExecutionContext, name: string, edit: (bytes: Buffer) => Uint8Array) {
	const folder = temporaryFolder(t);
	const file = path.join(folder, name);
	writeFileSync(file, edit(Buffer.from(readFileSync(fixture('arrays', name)))));
	return { file, open: () => openStoredArrays(file, folder), folder };
}

for (const name of ['images.npy', 'stored.npz', 'deflated.npz']) {
	test(`${name}: rows and digest are those of the array, however it is packed`, async t => {
		const folder = temporaryFolder(t);
		const { arrays, close } = await openStoredArrays(fixture('arrays', name), folder);
		const [images] = arrays;
		t.is(images.dtype, '|u1');
		t.deepEqual(images.shape, [5, 4, 6, 3]);
		t.deepEqual([...images.readRows(1, 3)], [...arrayPixels.subarray(72, 216)]);
		const parts: number[] = [];
		const digest = await images.digest((done, total) => parts.push(done / total));
		t.deepEqual(parts, [1]);
		const plain = await openStoredArrays(fixture('arrays/images.npy'), folder);
		t.is(digest, await plain.arrays[0].digest(() => {}));
		plain.close();
		close();
		t.deepEqual(readdirSync(folder), [], 'nothing unpacked stays behind');
	});
}

test('the digest follows type and shape too', async t => {
	const folder = temporaryFolder(t);
	const digests = [];
	for (const name of ['images.npy', 'planar.npy', 'unit.npy', 'double.npy']) {
		const { arrays, close } = await openStoredArrays(fixture('arrays', name), folder);
		digests.push(await arrays[0].digest(() => {}));
		close();
	}
	t.is(new Set(digests).size, digests.length);
});

test('a truncated .npy is refused', async t => {
	const { file, open } = await changed(t, 'images.npy', bytes => bytes.subarray(0, 400));
	const error = await t.throwsAsync(open, { instanceOf: UsageError });
	t.is(
		error.message,
		`${file}: array 'images.npy' of shape [5,4,6,3] needs 360 bytes, the file has 272; it is truncated`,
	);
});

test('an empty file is refused', async t => {
	const { file, open } = await changed(t, 'images.npy', () => Buffer.alloc(0));
	const error = await t.throwsAsync(open, { instanceOf: UsageError });
	t.is(error.message, `${file}: array 'images.npy': no .npy header`);
});

test('a flipped bit in a stored array is found by its checksum', async t => {
	const { file, open } = await changed(t, 'stored.npz', bytes => {
		bytes[300] ^= 1;
		return bytes;
	});
	const { arrays, close } = await open();
	const error = await t.throwsAsync(
		arrays[0].digest(() => {}),
		{ instanceOf: UsageError },
	);
	t.is(error.message, `${file}: array 'arr_0' is damaged: wrong checksum`);
	close();
});

test('a damaged or lying deflated array is refused, and nothing stays behind', async t => {
	const flipped = await changed(t, 'deflated.npz', bytes => {
		bytes[120] ^= 0xff;
		return bytes;
	});
	const error = await t.throwsAsync(flipped.open, { instanceOf: UsageError });
	t.regex(error.message, /array 'arr_0' is damaged: (?:Z_DATA_ERROR|wrong length or checksum)$/u);
	t.deepEqual(readdirSync(flipped.folder), ['deflated.npz']);

	const lying = await changed(t, 'deflated.npz', bytes => {
		const directory = bytes.readUInt32LE(bytes.length - 22 + 16);
		bytes.writeUInt32LE(10, directory + 24);
		return bytes;
	});
	const { message } = await t.throwsAsync(lying.open, { instanceOf: UsageError });
	t.is(message, `${lying.file}: array 'arr_0' is damaged: wrong length or checksum`);
});

test('an interrupted digest stops', async t => {
	const { arrays, close } = await openStoredArrays(fixture('arrays/images.npy'), temporaryFolder(t));
	await t.throwsAsync(
		arrays[0].digest(() => {}, AbortSignal.abort(new Error('stop'))),
		{ message: 'stop' },
	);
	close();
});
