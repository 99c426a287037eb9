import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { PNG } from 'pngjs';
import { UsageError } from '../../../harness/errors.ts';
import { openStoredArrays } from '../../../harness/metrics/sources/stored-array.ts';
import { writeSamples } from '../../../harness/samples/write-samples.ts';
import { temporaryFolder } from '../data/temporary-folder.ts';

const pixels = Uint8Array.from({ length: 5 * 12 }, (_, index) => index * 4);
const output = () => ({
	count: 5,
	resolution: 2,
	labels: Int32Array.of(2, 0, 2, 11, 0),
	parts: [pixels.subarray(0, 36), pixels.subarray(36)],
});

test('a .npz holds images and classes, a .npy images, in the order in which they came', async t => {
	const folder = temporaryFolder(t);
	for (const name of ['out.npz', 'out.npy']) {
		const file = path.join(folder, name);
		writeSamples(file, output());
		const stored = await openStoredArrays(file, folder);
		const [images, labels] = stored.arrays;
		t.deepEqual([images.dtype, images.shape], ['|u1', [5, 2, 2, 3]]);
		t.deepEqual([...images.readRows(0, 5)], [...pixels]);
		// Also compares the checksum of the archive.
		t.is((await images.digest(() => {})).length, 64);
		t.is(stored.arrays.length, name === 'out.npz' ? 2 : 1);
		if (labels) t.is(labels.name, 'arr_1');
		stored.close();
	}
	const archive = readFileSync(path.join(folder, 'out.npz'));
	t.true(archive.includes(Buffer.from(Int32Array.of(2, 0, 2, 11, 0).buffer)));
	writeSamples(path.join(folder, 'again.npz'), output());
	t.deepEqual(readFileSync(path.join(folder, 'again.npz')), archive);
});

test('a folder holds a PNG for each image, by class if wanted', t => {
	const folder = temporaryFolder(t);
	writeSamples(path.join(folder, 'flat'), output());
	t.deepEqual(
		readdirSync(path.join(folder, 'flat')),
		[0, 1, 2, 3, 4].map(index => `0000${index}.png`),
	);
	const png = PNG.sync.read(readFileSync(path.join(folder, 'flat/00001.png')));
	t.deepEqual([png.width, png.height], [2, 2]);
	t.deepEqual([...png.data.subarray(0, 3)], [...pixels.subarray(12, 15)]);

	writeSamples(path.join(folder, 'classes'), { ...output(), byClass: true });
	t.deepEqual(readdirSync(path.join(folder, 'classes')), ['class-00', 'class-02', 'class-11']);
	t.deepEqual(readdirSync(path.join(folder, 'classes/class-02')), ['00000.png', '00002.png']);
});

test('nothing is left of outputs that fail half-way, and what is there is not overwritten', t => {
	const folder = temporaryFolder(t);
	for (const name of ['broken', 'broken.npz', 'broken.npy']) {
		const parts = (function* () {
			yield pixels.subarray(0, 12);
			throw new Error('the generator broke');
		})();
		t.throws(() => writeSamples(path.join(folder, name), { ...output(), parts }), {
			message: 'the generator broke',
		});
	}
	t.throws(() => writeSamples(path.join(folder, 'short.npy'), { ...output(), parts: [] }), {
		instanceOf: RangeError,
	});
	t.deepEqual(readdirSync(folder), []);

	mkdirSync(path.join(folder, 'kept'));
	writeFileSync(path.join(folder, 'kept/file'), '');
	t.throws(() => writeSamples(path.join(folder, 'kept'), output()), {
		instanceOf: UsageError,
		message: /exists and is not an empty folder$/u,
	});
	t.true(existsSync(path.join(folder, 'kept/file')));
});

test('forms that cannot hold the images are refused', t => {
	const folder = temporaryFolder(t);
	const at = (name: string) => path.join(folder, name);
	t.throws(() => writeSamples(at('a.jpg'), output()), {
		message: /expected \.png, \.npy, \.npz or a folder/u,
	});
	t.throws(() => writeSamples(at('a.png'), { ...output(), byClass: true }), { message: /^--by-class/u });
	t.throws(() => writeSamples(at('a.png'), { ...output(), count: 5000 }), { message: /at most 4096/u });
	t.throws(() => writeSamples(at('a.npz'), { ...output(), count: 5_000_000, resolution: 128 }), {
		instanceOf: UsageError,
		message: /expected less than 4 GiB in a \.npz, got 228\.9 GiB/u,
	});
});
