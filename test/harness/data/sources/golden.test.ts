import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { openCifar } from '../../../../harness/data/sources/cifar.ts';
import { openSource, type PictureSource } from '../../../../harness/data/sources/source.ts';
import { bytesOf, gather, gatherFiles, type Row, toRow } from './gather.ts';

// What the libraries that wrote the fixtures read back out of them: ci/golden/data-sources.py.

const folder = path.resolve('test/fixtures/data/sources');

interface Expected {
	readonly classNames: readonly string[];
	readonly train: readonly Row[];
	readonly test: readonly Row[];
}

const expected = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8')) as Record<
	string,
	Expected
>;

const open: Readonly<Record<string, () => Promise<PictureSource>>> = {
	tfds: () => openSource(`tfrecords:${folder}/tfds`),
	slim: () => openSource(`tfrecords:${folder}/slim`),
	webdataset: () => openSource(`webdataset:${folder}/webdataset`),
	cifar10: () =>
		openCifar(`${folder}/cifar10`, { kind: 'cifar10', records: { train: 2, test: 2 }, acceptLabels: true }),
	cifar100: () =>
		openCifar(`${folder}/cifar100/cifar-100-python.tar.gz`, {
			kind: 'cifar100',
			records: { train: 100, test: 2 },
		}),
	mnist: () => openSource(`mnist:${folder}/mnist`),
	svhn: () => openSource(`svhn:${folder}/svhn`),
	hdf5: () => openSource(`hdf5:${folder}/hdf5/train.hdf5,${folder}/hdf5/test.hdf5`),
};

/** Files of the fixtures that this process holds open. */
const openFiles = (): string[] =>
	readdirSync('/proc/self/fd')
		.map(descriptor => {
			try {
				return readlinkSync(`/proc/self/fd/${descriptor}`);
			} catch {
				return '';
			}
		})
		.filter(file => file.startsWith(folder));

for (const [name, opening] of Object.entries(open)) {
	test.serial(`${name} gives what the library that wrote it reads`, async t => {
		const source = await opening();
		t.deepEqual(source.classNames, expected[name].classNames);
		for (const split of ['train', 'test'] as const) {
			const pictures = await gather(source, split);
			t.deepEqual(pictures.map(toRow), expected[name][split]);
			t.deepEqual(
				pictures.map(({ position }) => position),
				[...pictures.keys()],
			);
			t.is(source.splits[split]?.count, pictures.length);
			t.deepEqual(
				[...(await source.labels(split))],
				expected[name][split].map(({ label }) => label ?? -1),
			);
			t.true((await gatherFiles(source, split)).every(file => file.bytes > 0 && !path.isAbsolute(file.name)));
		}
	});

	test.serial(`${name} goes on where it was left, and gives single pictures`, async t => {
		const source = await opening();
		const rows = expected[name].train;
		for (const skip of [1, 3, rows.length - 1, rows.length, rows.length + 5]) {
			t.deepEqual((await gather(source, 'train', { skip })).map(toRow), rows.slice(skip), `skip ${skip}`);
		}
		const positions = [0, 2, rows.length - 1];
		const chosen = await gather(source, 'train', { positions });
		t.deepEqual(
			chosen.map(toRow),
			positions.map(position => rows[position]),
		);
		t.deepEqual(
			chosen.map(({ position }) => position),
			positions,
		);
		t.deepEqual(await gather(source, 'train', { positions: [] }), []);
	});

	test.serial(`${name} closes its files when the loop is left, and gives bytes of their own`, async t => {
		const source = await opening();
		for await (const picture of source.pictures('train')) {
			t.is(bytesOf(picture).byteLength, bytesOf(picture).buffer.byteLength);
			break;
		}
		t.deepEqual(openFiles(), []);
		await source.close();
		await t.throwsAsync(gather(source, 'train'), { message: /was closed$/u });
	});
}
