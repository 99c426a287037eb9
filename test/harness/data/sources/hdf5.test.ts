import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { File, ready } from 'h5wasm/node';
import { openSource } from '../../../../harness/data/sources/source.ts';
import { UsageError } from '../../../../harness/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { bytesOf, gather } from './gather.ts';

// Against h5py: golden.test.ts.

const fixture = 'test/fixtures/data/sources/hdf5/train.hdf5';

interface Content {
	readonly imgs?: { readonly data: Uint8Array; readonly shape: number[]; readonly dtype?: string };
	readonly labels?: readonly number[];
}

async function write(t: ExecutionContext, { imgs, labels }: Content): Promise<string> {
	await ready;
	const name = path.join(temporaryFolder(t), 'x.hdf5');
	const file = new File(name, 'w');
	if (imgs) file.create_dataset({ name: 'imgs', ...imgs });
	if (labels)
		file.create_dataset({
			name: 'labels',
			data: BigInt64Array.from(labels, BigInt),
			shape: [labels.length],
			dtype: '<q',
		});
	file.close();
	return name;
}

const images = (count: number, height = 2, width = 3) => ({
	data: Uint8Array.from({ length: count * 3 * height * width }, (_, index) => index),
	shape: [count, 3, height, width],
	dtype: '<B',
});

test.serial('planes become pixels, and classes are numbered up to the largest label', async t => {
	const source = await openSource(`hdf5:${await write(t, { imgs: images(2), labels: [1, 0] })}`);
	t.deepEqual(source.classNames, ['0', '1']);
	t.deepEqual(source.size, { height: 2, width: 3 });
	t.is(source.splits.test, null);
	const [first] = await gather(source, 'train');
	t.deepEqual([...bytesOf(first)], [0, 6, 12, 1, 7, 13, 2, 8, 14, 3, 9, 15, 4, 10, 16, 5, 11, 17]);
});

const refused = test.macro(async (t, content: Content, message: string) => {
	const file = await write(t, content);
	await t.throwsAsync(openSource(`hdf5:${file}`), {
		instanceOf: UsageError,
		message: message.replaceAll('FILE', file),
	});
});

test.serial(
	'a file without images is refused with what it has',
	refused,
	{ labels: [0, 1] },
	"FILE: has no dataset 'imgs' (it has labels)",
);
test.serial(
	'a file without labels is refused',
	refused,
	{ imgs: images(2) },
	"FILE: has no dataset 'labels' (it has imgs)",
);
test.serial(
	'fewer labels than images are refused',
	refused,
	{ imgs: images(3), labels: [0, 1] },
	'FILE: has 2 labels for 3 images',
);
test.serial(
	'labels that are all equal are refused',
	refused,
	{ imgs: images(2), labels: [0, 0] },
	'hdf5: FILE: all 2 labels of the train split are 0 (0)',
);
test.serial(
	'a class without images is refused',
	refused,
	{ imgs: images(2), labels: [0, 2] },
	'hdf5: FILE: 1 of 3 classes have no training picture: 1',
);
test.serial(
	'images of another layout are refused',
	refused,
	{ imgs: { ...images(2), shape: [2, 2, 3, 3] }, labels: [0, 1] },
	"FILE: expected 'imgs' to be uint8 [N, 3, H, W], got <B [2, 2, 3, 3]",
);

test.serial('truncated files, other files, missing files and two resolutions are refused', async t => {
	const folder = temporaryFolder(t);
	const file = path.join(folder, 'cut.hdf5');
	for (const content of [
		readFileSync(fixture).subarray(0, 4000),
		Buffer.alloc(0),
		Buffer.from('no such file'),
	]) {
		writeFileSync(file, content);
		await t.throwsAsync(openSource(`hdf5:${file}`), {
			instanceOf: UsageError,
			message: `${file}: this is no HDF5 file, or it is truncated`,
		});
	}
	await t.throwsAsync(openSource(`hdf5:${folder}/absent`), {
		instanceOf: UsageError,
		message: `${folder}/absent: the file does not exist`,
	});
	const other = await write(t, { imgs: images(2), labels: [0, 1] });
	await t.throwsAsync(openSource(`hdf5:${fixture},${other}`), {
		instanceOf: UsageError,
		message: `hdf5: ${path.resolve(fixture)} has images of 16×12, ${other} of 2×3`,
	});
});

test.serial('damaged images are refused with their numbers', async t => {
	const file = path.join(temporaryFolder(t), 'damaged.hdf5');
	const bytes = readFileSync(fixture);
	// The chunks are the file's only zlib streams.
	for (
		let at = bytes.indexOf(Buffer.from([0x78, 0x5e]));
		at !== -1;
		at = bytes.indexOf(Buffer.from([0x78, 0x5e]), at + 1)
	) {
		bytes.fill(0xff, at, at + 40);
	}
	writeFileSync(file, bytes);
	const error = await t.throwsAsync(async () => gather(await openSource(`hdf5:${file}`), 'train'), {
		instanceOf: UsageError,
	});
	t.regex(error?.message ?? '', /damaged\.hdf5: images 0 to 6 cannot be read: /u);
});
