import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { encodeNpy } from '../../../../harness/metrics/sources/npz-writer.ts';
import { openSource } from '../../../../harness/metrics/sources/open-source.ts';
import { temporaryFolder } from '../../data/temporary-folder.ts';
import { fixture, plainPng } from './fixtures.ts';

const open = (t: ExecutionContext, source: string) =>
	openSource(source, {
		split: 'test',
		resolution: 16,
		temporaryFolder: path.join(temporaryFolder(t), 'made', 'when-needed'),
	});

test('each form of source is told by its content', async t => {
	for (const [name, kind] of [
		['images', 'pictures'],
		['arrays/images.npy', 'pictures'],
		['arrays/stored.npz', 'pictures'],
		['arrays/deflated.npz', 'pictures'],
		['arrays/features.npz', 'features'],
		['arrays/statistics.npz', 'statistics'],
	] as const) {
		const source = await open(t, fixture(name));
		t.is(source.kind, kind, name);
		source.close();
	}
});

test('features are read as float32 rows', async t => {
	const source = await open(t, fixture('arrays/features.npz'));
	t.true(source.kind === 'features');
	if (source.kind !== 'features') return;
	t.deepEqual([source.count, source.dimension], [6, 3]);
	const rows = [...source.features.batches()].flatMap(batch => {
		const values = [...batch.dataSync()];
		batch.dispose();
		return values;
	});
	t.deepEqual(
		rows,
		Array.from({ length: 18 }, (_, index) => (index * 5) % 11),
	);
	source.close();
});

test('a data set has the chosen split, and the digest of an array of its pixels', async t => {
	const source = await open(t, `folder:${labelled(t)}`);
	t.true(source.kind === 'pictures');
	if (source.kind !== 'pictures') return;
	t.is(source.split, 'test');
	t.is(source.count, 2);
	const stacks = [...source.stacks({ jpegDecoding: 'integer-accurate', batchSize: 1 })];
	t.deepEqual(
		stacks.map(({ height, width, count }) => [height, width, count]),
		[
			[16, 16, 1],
			[16, 16, 1],
		],
	);
	t.regex(await source.digest(() => {}), /^[0-9a-f]{64}$/u);
});

function labelled(t: ExecutionContext): string {
	const folder = temporaryFolder(t);
	for (const name of ['cats', 'dogs']) {
		mkdirSync(path.join(folder, name));
		for (const index of [1, 2]) {
			writeFileSync(path.join(folder, name, `${index}.png`), plainPng(16, 16, [index * 50, 0, 0]));
		}
	}
	return folder;
}

test('what does not exist, other files and arrays of nothing known are refused', async t => {
	const missing = path.join(temporaryFolder(t), 'nothing');
	const absent = await t.throwsAsync(open(t, missing), { instanceOf: UsageError });
	t.is(absent.message, `${missing}: does not exist`);
	t.is(
		absent.fix,
		'give a folder of images, a .npz or .npy of images or features, a .npz of mu and sigma, a run folder, shapes, cifar10:DIR, folder:DIR, packed:DIR or another data set',
	);
	const text = fixture('images.json');
	await t.throwsAsync(open(t, text), {
		message: `${text}: expected a folder, .npz or .npy, got another file`,
	});
	const labels = fixture('arrays/labels.npz');
	await t.throwsAsync(open(t, labels), {
		message: `${labels}: expected images [n, height, width, 3], features [n, d], or mu and sigma; got 'labels' <i8 [6]`,
	});
	const half = fixture('arrays/half.npy');
	await t.throwsAsync(open(t, half), {
		message: `${half}: array 'half.npy': expected uint8, float32 or float64, got <f2`,
	});
	const halfFeatures = path.join(temporaryFolder(t), 'features.npy');
	writeFileSync(
		halfFeatures,
		encodeNpy({ shape: [6, 3], values: new Float32Array(18) })
			.toString('latin1')
			.replace('<f4', '<f2'),
		'latin1',
	);
	const error = await t.throwsAsync(open(t, halfFeatures), {
		instanceOf: UsageError,
		message: `${halfFeatures}: array 'features.npy' [6,3]: expected features as float32 or float64, got <f2 (float16)`,
	});
	t.is(error.fix, "save it with .astype('float32')");
	const fortran = fixture('arrays/fortran.npy');
	await t.throwsAsync(open(t, fortran), {
		message: `${fortran}: array 'fortran.npy': it lies in Fortran order; save numpy.ascontiguousarray of it`,
	});
});

test('a packed set that is given as a folder is told by its index, with how to give it', async t => {
	const folder = temporaryFolder(t);
	for (const name of ['index.json', 'train-00000.pixels', 'train-00000.json']) {
		writeFileSync(path.join(folder, name), '{}');
	}
	const error = await t.throwsAsync(open(t, folder), {
		instanceOf: UsageError,
		message: `${folder}: no image in this folder or below, but it looks like a packed set`,
	});
	t.is(error.fix, `give it as packed:${folder}`);
	writeFileSync(path.join(folder, 'a.png'), plainPng(4, 4, [1, 2, 3]));
	t.is((await open(t, folder)).kind, 'pictures', 'a folder of images may hold an index.json');
});
