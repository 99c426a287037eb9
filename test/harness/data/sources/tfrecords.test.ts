import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openSource } from '../../../../harness/data/sources/source.ts';
import { UsageError } from '../../../../harness/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { gather, gatherDamaged } from './gather.ts';
import { type FeatureValue, frameRecord, makeExample, makeRecords } from './write-records.ts';

// Against TensorFlow's own files: golden.test.ts.

const example = (number: number, label: number, more: Readonly<Record<string, FeatureValue>> = {}): Buffer =>
	makeExample({ image: `picture ${number}`, label, file_name: `${number}.JPEG`, ...more });

const shard = (index: number, count: number): string => `set-train.tfrecord-0000${index}-of-0000${count}`;

interface Files {
	readonly [name: string]: Buffer | string;
}

const good: Files = {
	[shard(0, 2)]: makeRecords([example(0, 0), example(1, 1)]),
	[shard(1, 2)]: makeRecords([example(2, 1)]),
	'labels.txt': 'a\nb\n',
};

function write(t: ExecutionContext, files: Files): string {
	const folder = temporaryFolder(t);
	for (const [name, content] of Object.entries(files)) {
		mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
		writeFileSync(path.join(folder, name), content);
	}
	return folder;
}

const keysOf = (pictures: ReadonlyArray<{ key: string }>): string[] => pictures.map(({ key }) => key);

test('shards are read in order, and the number of classes may come from features.json', async t => {
	const { 'labels.txt': _, ...bare } = good;
	const folder = write(t, { ...bare, 'features.json': '{"x":{"classLabel":{"numClasses":"2"}}}' });
	const source = await openSource(`tfrecords:${folder}`);
	t.deepEqual(keysOf(await gather(source, 'train')), ['0.JPEG', '1.JPEG', '2.JPEG']);
	t.deepEqual(source.classNames, ['0', '1']);
	t.deepEqual(source.splits, { train: { count: 3 }, test: null });
	t.is(source.name, 'set');
});

test('a damaged record ends the reading with its place, or is left out', async t => {
	const bytes = Buffer.from(good[shard(0, 2)]);
	const second = frameRecord(example(0, 0)).length;
	bytes[second + 20] ^= 1;
	const folder = write(t, { ...good, [shard(0, 2)]: bytes });
	const source = await openSource(`tfrecords:${folder}`);
	const file = path.join(folder, shard(0, 2));
	await t.throwsAsync(gather(source, 'train'), {
		instanceOf: UsageError,
		message: `${file}: at byte ${second}: record 1 does not match its checksum (crc32c) (picture ${shard(0, 2)}#1)`,
	});
	const { pictures, damaged } = await gatherDamaged(source, 'train');
	t.deepEqual(
		pictures.map(({ key, position }) => [key, position]),
		[
			['0.JPEG', 0],
			['2.JPEG', 2],
		],
	);
	t.deepEqual(
		damaged.map(({ position, offset }) => [position, offset]),
		[[1, second]],
	);
});

test('a truncated file is refused with the place', async t => {
	const bytes = good[shard(1, 2)] as Buffer;
	const folder = write(t, { ...good, [shard(1, 2)]: bytes.subarray(0, -3) });
	await t.throwsAsync(openSource(`tfrecords:${folder}`), {
		instanceOf: UsageError,
		message:
			/-00001-of-00002: at byte 0: the file ends within record 0: it needs \d+ bytes, the file has \d+ left; it is truncated$/u,
	});
});

test('a file name that is there twice is damage', async t => {
	const folder = write(t, { ...good, [shard(1, 2)]: makeRecords([example(0, 1)]) });
	const { damaged } = await gatherDamaged(await openSource(`tfrecords:${folder}`), 'train');
	t.deepEqual(
		damaged.map(({ problem }) => problem),
		["'0.JPEG' is there already, as picture 0"],
	);
});

test('an empty picture, and a message that is none, are damage', async t => {
	const folder = write(t, {
		...good,
		[shard(1, 2)]: makeRecords([
			example(2, 0, { image: '' }),
			Buffer.from('0aff', 'hex'),
			makeExample({ label: 1 }),
		]),
	});
	const { damaged } = await gatherDamaged(await openSource(`tfrecords:${folder}`), 'train');
	t.deepEqual(
		damaged.map(({ problem }) => problem),
		[
			'the picture has 0 bytes',
			"the record's message ends within a number, at byte 2",
			"the record has no feature 'image'",
		],
	);
});

test('labels that are all equal are refused when they have been read', async t => {
	const folder = write(t, {
		...good,
		[shard(0, 2)]: makeRecords([example(0, 1), example(1, 1)]),
	});
	const message = `tfrecords: ${folder}: all 3 labels of the train split are 1 (b)`;
	await t.throwsAsync((await openSource(`tfrecords:${folder}`)).labels('train'), {
		instanceOf: UsageError,
		message,
	});
	const accepted = await openSource(`tfrecords:${folder}`, { acceptLabels: true });
	t.deepEqual([...(await accepted.labels('train'))], [1, 1, 1]);
});

test('another number of records than stated is refused', async t => {
	for (const [stated, problem] of [
		[['2', '2'], 'has 1 records, dataset_info.json states 2'],
		[['1', '1'], 'has more records, dataset_info.json states 1'],
	] as const) {
		const info = JSON.stringify({ splits: [{ name: 'train', shardLengths: stated }] });
		const source = await openSource(`tfrecords:${write(t, { ...good, 'dataset_info.json': info })}`);
		const error = await t.throwsAsync(gather(source, 'train'), { instanceOf: UsageError });
		t.true(error?.message.endsWith(problem), error?.message);
	}
});

const refused = test.macro(async (t, files: Files, message: (folder: string) => string) => {
	const folder = write(t, files);
	await t.throwsAsync(async () => gather(await openSource(`tfrecords:${folder}`), 'train'), {
		instanceOf: UsageError,
		message: message(folder),
	});
});

const { [shard(1, 2)]: _, ...incomplete } = good;
test(
	'a missing shard is named',
	refused,
	incomplete,
	folder => `tfrecords: 1 of 2 shards are missing in ${folder}: ${shard(1, 2)}`,
);
test(
	'shards of two conversions are refused',
	refused,
	{ ...good, [shard(0, 3)]: '' },
	folder => `tfrecords: ${folder} mixes shards of 2 and 3 files: ${shard(0, 2)}, ${shard(1, 2)}`,
);
test(
	'two sets in one folder are refused',
	refused,
	{ ...good, 'other-train.tfrecord-00000-of-00001': '' },
	folder => `tfrecords: ${folder} holds 2 data sets: other-…, set-…`,
);
test(
	'records of something else are refused with what they have',
	refused,
	{ ...good, [shard(0, 2)]: makeRecords([makeExample({ text: 'x', audio: 'y' })]) },
	folder =>
		`${path.join(folder, shard(0, 2))}: at byte 0: the record has no picture under \`image\` or \`image/encoded\` (its features: audio, text)`,
);
test(
	'a label outside the classes is refused with the record’s place',
	refused,
	{ ...good, [shard(0, 2)]: makeRecords([example(0, 0), example(1, 2)]) },
	folder =>
		`${path.join(folder, shard(0, 2))}: at byte ${frameRecord(example(0, 0)).length}: record 1 has label 2, expected 0 to 1 by TensorFlow Datasets (image, label from 0 on)`,
);
test(
	'label 0 of TF-Slim, its background, is no class',
	refused,
	{
		'train-00000-of-00001': makeRecords([makeExample({ 'image/encoded': 'x', 'image/class/label': 0 })]),
		'labels.txt': 'a\nb\n',
	},
	folder =>
		`${path.join(folder, 'train-00000-of-00001')}: at byte 0: record 0 has label 0, expected 1 to 2 by TF-Slim (image/encoded, image/class/label from 1 on)`,
);
const { 'labels.txt': _names, ...unnamed } = good;
test(
	'classes that nothing tells are refused',
	refused,
	unnamed,
	folder =>
		`tfrecords: ${folder} says no class names (label.labels.txt, labels.txt) and no number of classes (features.json)`,
);

test('the folder above is refused, and the right one named', async t => {
	const folder = write(
		t,
		Object.fromEntries(Object.entries(good).map(([name, content]) => [`set/1.0.0/${name}`, content])),
	);
	const error = await t.throwsAsync(openSource(`tfrecords:${folder}`), { instanceOf: UsageError });
	t.true(
		(error as UsageError).fix?.startsWith(`did you mean \`tfrecords:${path.join(folder, 'set', '1.0.0')}\`?`),
	);
});
