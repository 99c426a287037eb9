import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { PNG } from 'pngjs';
import { loadDataSet, sourceForms } from '../../../harness/data/load.ts';
import { UsageError } from '../../../harness/errors.ts';
import { temporaryFolder } from './temporary-folder.ts';

const forms = `valid sources: ${sourceForms.join('; ')}`;

test('shapes are drawn with the counts asked for, and 10,000 and 2,000 otherwise', async t => {
	const lines: string[] = [];
	const few = await loadDataSet('shapes', {
		resolution: 32,
		trainCount: 25,
		testCount: 10,
		report: line => lines.push(line),
	});
	t.is(few.train.count, 25);
	t.is(few.test.count, 10);
	t.deepEqual(lines, ['shapes: drawing 25 training and 10 held-out pictures']);
	const all = await loadDataSet('shapes', { resolution: 16 });
	t.is(all.train.count, 10_000);
	t.is(all.test.count, 2000);
});

test('the seed of the data is 1 unless given', async t => {
	const load = (seed?: number) =>
		loadDataSet('shapes', { resolution: 16, seed, trainCount: 10, testCount: 10 });
	t.is((await load()).digest, (await load(1)).digest);
	t.not((await load(2)).digest, (await load(1)).digest);
});

test('a folder of images is loaded', async t => {
	const folder = temporaryFolder(t);
	for (const name of ['a/1.png', 'a/2.png', 'b/1.png', 'b/2.png']) {
		mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
		writeFileSync(path.join(folder, name), PNG.sync.write(new PNG({ width: 4, height: 4 })));
	}
	const dataSet = await loadDataSet(`folder:${folder}`, { resolution: 8 });
	t.is(dataSet.train.count, 2);
	t.is(dataSet.resolution, 8);
});

const refusals: ReadonlyArray<[source: string, message: string, fix: string]> = [
	['shape', 'data source: expected one of the forms below, got "shape"', `did you mean \`shapes\`? ${forms}`],
	['', 'data source: expected one of the forms below, got ""', forms],
	['folder:', 'data source: expected one of the forms below, got "folder:"', forms],
	['lsun:bedroom', 'data source: expected one of the forms below, got "lsun:bedroom"', forms],
	[
		'cifar',
		'data source: expected one of the forms below, got "cifar"',
		`did you mean \`cifar10:PATH\`? ${forms}`,
	],
];
for (const [source, message, fix] of refusals) {
	test(`the source "${source}" is refused with the nearest forms`, async t => {
		const error = await t.throwsAsync(loadDataSet(source, { resolution: 32 }), {
			instanceOf: UsageError,
			message,
		});
		t.is((error as UsageError).fix, fix);
	});
}

test('a path without its kind is refused with the kind that fits', async t => {
	const folder = temporaryFolder(t);
	const fixOf = async (source: string): Promise<string | undefined> =>
		((await t.throwsAsync(loadDataSet(source, { resolution: 32 }))) as UsageError).fix;
	t.is(await fixOf(folder), `did you mean \`folder:${folder}\`? ${forms}`);
	writeFileSync(path.join(folder, 'test_batch.bin'), '');
	t.is(await fixOf(`cifar:${folder}`), `did you mean \`cifar10:${folder}\`? ${forms}`);
});

test('a resolution that a source does not have is refused with the reason', async t => {
	await t.throwsAsync(loadDataSet('cifar10:anywhere', { resolution: 64 }), {
		instanceOf: UsageError,
		message: 'cifar10: the images are 32×32 and are not resized, got resolution 64',
	});
	await t.throwsAsync(loadDataSet('shapes', { resolution: 40 }), {
		instanceOf: UsageError,
		message: 'shapes: expected a resolution that is a multiple of 16 from 16 to 256, got 40',
	});
	await t.throwsAsync(loadDataSet('shapes', { resolution: 32.5 }), {
		instanceOf: UsageError,
		message: 'data: resolution: expected a whole number from 4 to 1024, got 32.5',
	});
});

test('seeds and counts out of range are refused', async t => {
	await t.throwsAsync(loadDataSet('shapes', { resolution: 32, seed: 0 }), {
		instanceOf: UsageError,
		message: 'data: seed: expected a whole number from 1 to 2147483647, got 0',
	});
	await t.throwsAsync(loadDataSet('shapes', { resolution: 32, trainCount: 9 }), {
		instanceOf: UsageError,
		message: 'data: training images of shapes: expected a whole number from 10 to 10000000, got 9',
	});
});
