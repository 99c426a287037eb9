import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { PNG } from 'pngjs';
import { loadDataSet, sourceForms } from '../../../harness/data/load.ts';
import { UsageError } from '../../../harness/errors.ts';
import { writeTar } from './sources/write-tar.ts';
import { temporaryFolder } from './temporary-folder.ts';

const forms = `valid sources:\n${sourceForms.map(form => `  ${form}`).join('\n')}`;

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
	[
		'folder:',
		'data source: expected one of the forms below, got "folder:"',
		`did you mean \`folder:DIR\`? ${forms}`,
	],
	['lsun:bedroom', 'data source: expected one of the forms below, got "lsun:bedroom"', forms],
	[
		'cifar',
		'data source: expected one of the forms below, got "cifar"',
		`did you mean \`cifar10:DIR\`? ${forms}`,
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
	t.is(
		await fixOf('test/fixtures/data/sources/svhn'),
		`did you mean \`svhn:test/fixtures/data/sources/svhn\`? ${forms}`,
	);
});

test('sources of pixels are loaded, at their own size without a change', async t => {
	const folder = 'test/fixtures/data/sources';
	const digits = await loadDataSet(`svhn:${folder}/svhn`, { resolution: 32, trainCount: 10 });
	t.is(digits.name, 'svhn');
	t.is(
		digits.recipe,
		'SVHN cropped digits, 32×32, label 10 as class 0; no resize, 32×32; splits as given; ' +
			'train 10 of 10, class-balanced, seed 1; test all 2',
	);
	// ci/golden/data-sources.py: picture i has value (5 row + 3 column + 83 channel + 29 label) mod 256.
	t.deepEqual([...digits.test.labels], [3, 0]);
	const picture = digits.test.read([0]);
	t.deepEqual([...picture.subarray(0, 6)], [87, 170, 253, 90, 173, 0]);
	t.is(picture[(31 * 32 + 31) * 3], (5 * 31 + 3 * 31 + 3 * 29) % 256);
	const half = await loadDataSet(`svhn:${folder}/svhn`, { resolution: 16 });
	t.is(half.name, 'svhn-16');
	// Halved by TensorFlow 1's rule: every second pixel.
	t.deepEqual([...half.test.read([0]).subarray(0, 6)], [87, 170, 253, 93, 176, 3]);
	t.regex(half.recipe, /TensorFlow 1 corner rule/u);
});

test('a source without a held-out split holds out a tenth of each class', async t => {
	const archive = path.join(temporaryFolder(t), 'train.tar');
	await writeTar(
		archive,
		Array.from({ length: 40 }, (_, index) => [
			{ name: `${index}.png`, content: PNG.sync.write(new PNG({ width: 4, height: 4 })) },
			{ name: `${index}.cls`, content: Buffer.from(String(index % 2)) },
		]).flat(),
	);
	const source = `webdataset:${archive}`;
	const [first, again, other] = [
		await loadDataSet(source, { resolution: 4 }),
		await loadDataSet(source, { resolution: 4 }),
		await loadDataSet(source, { resolution: 4, seed: 2 }),
	];
	t.is(first.train.count, 36);
	t.deepEqual([...first.test.labels].sort(), [0, 0, 1, 1]);
	t.regex(first.recipe, /10 % of each class held out, seed 1; train all 36; test all 4$/u);
	t.is(again.digest, first.digest);
	t.not(other.digest, first.digest);
});

test('a picture that does not decode is named with its place', async t => {
	const archive = path.join(temporaryFolder(t), 'train.tar');
	await writeTar(archive, [
		{ name: '0.png', content: PNG.sync.write(new PNG({ width: 4, height: 4 })) },
		{ name: '0.cls', content: Buffer.from('0') },
		{ name: '1.png', content: Buffer.from('not a picture') },
		{ name: '1.cls', content: Buffer.from('1') },
		{ name: '2.png', content: PNG.sync.write(new PNG({ width: 4, height: 4 })) },
		{ name: '2.cls', content: Buffer.from('0') },
		{ name: '3.png', content: PNG.sync.write(new PNG({ width: 4, height: 4 })) },
		{ name: '3.cls', content: Buffer.from('1') },
	]);
	const options = { resolution: 4, trainCount: 2, testCount: 2 };
	const error = await t.throwsAsync(loadDataSet(`webdataset:${archive}`, options), {
		instanceOf: UsageError,
	});
	t.is(
		error?.message,
		`${archive}: at byte 2560: picture 1 cannot be read as an image: the content is neither JPEG nor PNG`,
	);
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
