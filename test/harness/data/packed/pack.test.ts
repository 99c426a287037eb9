import {
	copyFileSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import sharp from 'sharp';
import { createDecoder } from '../../../../harness/data/decoding/decoder.ts';
import { sharedDecoderBinding } from '../../../../harness/data/decoding/decoder-binding.ts';
import { checkPacked } from '../../../../harness/data/packed/check-packed.ts';
import { openPacked } from '../../../../harness/data/packed/open-packed.ts';
import { type PackOptions, pack } from '../../../../harness/data/packed/pack.ts';
import { readRecord } from '../../../../harness/data/packed/read-records.ts';
import { cropStream } from '../../../../harness/data/preparation/crop-stream.ts';
import { chooseWindow } from '../../../../harness/data/preparation/window.ts';
import { EnvironmentError, UsageError } from '../../../../harness/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { folderDigests } from './folder-digests.ts';
import { writePictureFolder } from './picture-folder.ts';

const imageBytes = 16 * 16 * 3;

async function pictures(t: ExecutionContext) {
	const folder = temporaryFolder(t);
	const from = path.join(folder, 'pictures');
	await writePictureFolder({ folder: from });
	const options = (out: string): PackOptions => ({
		source: `folder:${from}`,
		folder: path.join(folder, out),
		resolution: 16,
		shardBytes: 5 * imageBytes,
		jobs: 2,
	});
	return { from, options, at: (out: string) => path.join(folder, out) };
}

test.serial(
	'a packed set holds what the recipe makes of every picture, in the order of the source',
	async t => {
		const { from, options, at } = await pictures(t);
		const { index, wasThere } = await pack(options('out'));
		t.false(wasThere);
		t.deepEqual(index.classNames, ['a', 'b', 'c']);
		t.deepEqual(index.splits.train.perClass, [8, 8, 8]);
		t.deepEqual(
			index.splits.train.shards.map(({ count }) => count),
			[5, 5, 5, 5, 4],
		);
		t.deepEqual(index.duplicates, { sameLabel: 0, otherLabel: 0, acrossSplits: 0, examples: [] });
		const dataSet = openPacked({ folder: at('out'), seed: 1 });
		t.is(dataSet.train.count, 24);
		t.is(dataSet.test.count, 6);
		t.deepEqual([...dataSet.train.labels.subarray(6, 10)], [0, 0, 1, 1]);
		t.regex(dataSet.train.names!()[9], /b\/001\.jpg$/u);
		const few = openPacked({ folder: at('out'), seed: 1, trainCount: 6 }).train;
		t.true(few.names!().every((name, image) => name.includes(`${'abc'[few.labels[image]]}/`)));
		const decoder = createDecoder({
			...{ binding: sharedDecoderBinding(), resolution: 16, resize: 'bilinear-legacy', form: 'bytes' },
		});
		const files = ['a', 'b', 'c'].flatMap(name =>
			readdirSync(path.join(from, 'train', name))
				.sort()
				.map(file => path.join(from, 'train', name, file)),
		);
		const expected = decoder.prepare(
			files.map((file, position) => ({
				bytes: readFileSync(file),
				choose: (height, width) =>
					chooseWindow('distorted', height, width, cropStream(1, 'train', 0, position)),
			})),
		);
		decoder.close();
		const read = dataSet.train.read([17, 3, 23]);
		for (const [position, image] of [17, 3, 23].entries()) {
			t.deepEqual(read.slice(position * imageBytes, (position + 1) * imageBytes), expected[image]);
		}
		t.deepEqual((await checkPacked(at('out'))).problems, []);
		t.false(existsSync(path.join(at('out'), 'packing.json')));
	},
);

test.serial('the same command again finds the set; other options are refused', async t => {
	const { options, at } = await pictures(t);
	await pack(options('out'));
	const before = folderDigests(at('out'));
	t.true((await pack(options('out'))).wasThere);
	t.deepEqual(folderDigests(at('out')), before);
	await t.throwsAsync(pack({ ...options('out'), resolution: 8 }), {
		instanceOf: UsageError,
		message: `pack: ${at('out')} holds another set: its resolution is 16, this one's 8`,
	});
	await t.throwsAsync(pack({ ...options('out'), recipe: 'centre' }), {
		message: /its recipe is "s3gan", this one's "centre"$/u,
	});
	mkdirSync(at('other'));
	writeFileSync(path.join(at('other'), 'thesis.tex'), 'x');
	await t.throwsAsync(pack(options('other')), {
		instanceOf: UsageError,
		message: `pack: ${at('other')} is not empty (it has thesis.tex) and no packed set`,
	});
});

test.serial(
	'finished shards of an interrupted pack are kept, and the bytes are those of an unbroken one',
	async t => {
		const { options, at } = await pictures(t);
		for (const form of ['pixels', 'bytes'] as const) {
			const shardBytes = form === 'pixels' ? 5 * imageBytes : 4000;
			const packing = (out: string) => ({ ...options(`${out}-${form}`), form, shardBytes });
			await pack(packing('unbroken'));
			const stop = new AbortController();
			let calls = 0;
			await t.throwsAsync(
				pack({
					...packing('broken'),
					signal: stop.signal,
					onProgress: () => {
						calls += 1;
						stop.abort(new Error('stopped'));
					},
				}),
				{ message: 'stopped' },
			);
			t.true(calls > 0);
			const folder = at(`broken-${form}`);
			t.false(existsSync(path.join(folder, 'index.json')));
			const kept = readdirSync(folder).filter(name => /^train-\d+\.json$/u.test(name));
			t.true(kept.length > 0);
			// A shard whose record is there, but not all of its bytes, is done again; so are those after it.
			const last = path.join(folder, kept.at(-1)!.replace('.json', `.${form}`));
			truncateSync(last, 10);
			let found = 0;
			await pack({ ...packing('broken'), onProgress: progress => (found ||= progress.found) });
			t.is(found, kept.length > 1 ? readRecord(path.join(folder, kept.at(-2)!)).next : 0);
			t.deepEqual(folderDigests(folder), folderDigests(at(`unbroken-${form}`)));
		}
	},
);

test.serial(
	'a picture that cannot be read ends the work with its file and offset, or is left out and listed',
	async t => {
		const { from, options, at } = await pictures(t);
		const bad = (name: string): string => path.join(from, 'train', 'b', name);
		truncateSync(bad('002.jpg'), 500);
		writeFileSync(bad('004.jpg'), '<html>not found</html>');
		await t.throwsAsync(pack(options('fail')), {
			instanceOf: UsageError,
			message: new RegExp(
				`^pack: ${bad('002.jpg')} at byte 0 \\(train/b/002\\.jpg|^pack: ${bad('002.jpg')} at byte 0 \\(b/002\\.jpg`,
				'u',
			),
		});
		t.false(existsSync(path.join(at('fail'), 'index.json')));
		t.deepEqual(
			readdirSync(at('fail')).filter(name => name.endsWith('.part')),
			[],
		);
		writeFileSync(bad('006.jpg'), '');
		const { index } = await pack({ ...options('skip'), onCorrupt: 'skip' });
		t.deepEqual(index.splits.train.perClass, [8, 5, 8]);
		t.is(index.splits.train.skipped, 3);
		const { problems, skipped } = await checkPacked(at('skip'));
		t.deepEqual(problems, []);
		t.deepEqual(
			skipped.map(({ file, offset, position }) => [file, offset, position]),
			[
				[bad('002.jpg'), 0, 10],
				[bad('004.jpg'), 0, 12],
				[bad('006.jpg'), 0, 14],
			],
		);
		t.regex(skipped[0].reason, /^the file is truncated: /u);
		t.regex(skipped[1].reason, /^it is no JPEG, PNG or WebP picture/u);
		t.regex(skipped[2].reason, /empty/u);
		// Replaced afterwards: the source is another one.
		copyFileSync(bad('001.jpg'), bad('004.jpg'));
		await t.throwsAsync(pack({ ...options('skip'), onCorrupt: 'skip' }), { message: /its sourceFiles is/u });
	},
);

test.serial('WebP pictures and wrong file names are read, and `bytes` shards keep them as PNG', async t => {
	const { from, options, at } = await pictures(t);
	const file = path.join(from, 'train', 'c', '003.jpg');
	const decoded = await sharp(file).raw().toBuffer({ resolveWithObject: true });
	writeFileSync(file, await sharp(file).webp({ lossless: true }).toBuffer());
	const { index } = await pack({ ...options('bytes'), form: 'bytes', recipe: 'squash' });
	t.is(index.splits.train.converted, 1);
	const { problems, decoded: count } = await checkPacked(at('bytes'), { decode: true });
	t.deepEqual(problems, []);
	t.is(count, 24);
	const { train } = openPacked({ folder: at('bytes'), seed: 1 });
	const { width, height } = decoded.info;
	const picture = { height, width, pixels: new Uint8Array(decoded.data) };
	const { prepareRaster } = await import('../../../../harness/data/preparation/prepare-raster.ts');
	const expected = prepareRaster(
		picture,
		{ top: 0, left: 0, height, width },
		{ resolution: 16, resize: 'bilinear-legacy', form: 'bytes' },
	);
	t.deepEqual(train.read([19]), expected as Uint8Array);
});

test.serial('a reduced recipe is a set of its own, whose held-out pictures are the exact ones', async t => {
	const { options, at } = await pictures(t);
	// 24 to 63 pixels high and wide: most windows have twice the resolution.
	const small = (out: string, recipe: string) => ({ ...options(out), resolution: 8, recipe });
	const exact = await pack(small('exact', 's3gan'));
	const reduced = await pack(small('reduced', 's3gan-reduced'));
	t.not(exact.index.digest, reduced.index.digest);
	t.false(exact.index.preparation.includes('1/8'));
	t.true(reduced.index.preparation.includes('training JPEG decoded at 1/8, 1/4 or 1/2 of its size'));
	await t.throwsAsync(pack(small('exact', 's3gan-reduced')), {
		message: /holds another set: its recipe is/u,
	});
	const [first, second] = ['exact', 'reduced'].map(out => openPacked({ folder: at(out), seed: 1 }));
	const all = (split: { count: number; read: (images: Uint32Array) => Uint8Array }): Uint8Array =>
		split.read(Uint32Array.from({ length: split.count }, (_, image) => image));
	t.deepEqual(all(first.test), all(second.test));
	const [exactPixels, reducedPixels] = [all(first.train), all(second.train)];
	const meanDifference = (shift: number): number =>
		exactPixels.reduce((sum, value, index, { length }) => {
			return sum + Math.abs(value - reducedPixels[(index + shift) % length]) / length;
		}, 0);
	// Far nearer to its own picture than to the next one.
	const [own, next] = [meanDifference(0), meanDifference(8 * 8 * 3)];
	t.true(own > 0 && own < next / 3, `${own} of ${next}`);
});

test.serial('duplicates are counted, kept, and named', async t => {
	const { from, options } = await pictures(t);
	const file = (split: string, name: string): string => path.join(from, split, name);
	copyFileSync(file('train', 'a/001.jpg'), file('train', 'a/005.jpg'));
	copyFileSync(file('train', 'a/001.jpg'), file('train', 'b/000.jpg'));
	copyFileSync(file('train', 'c/000.jpg'), file('val', 'c/001.jpg'));
	const { duplicates, splits } = (await pack(options('out'))).index;
	t.is(splits.train.count, 24);
	t.deepEqual([duplicates.sameLabel, duplicates.otherLabel, duplicates.acrossSplits], [1, 1, 1]);
	t.is(duplicates.examples.length, 3);
	t.regex(duplicates.examples[0].key, /a\/005\.jpg$/u);
	t.regex(duplicates.examples[0].of, /^train .*a\/001\.jpg$/u);
});

test.serial('too little room is told before anything is written, a full disk when it is met', async t => {
	const { options, at } = await pictures(t);
	const error = await t.throwsAsync(pack({ ...options('out'), freeBytes: () => 1000 }), {
		instanceOf: EnvironmentError,
		message: /^pack: .*out: the set takes about 0\.00 GB, 0\.00 GB of it are there, and 0\.00 GB are free$/u,
	});
	t.regex((error as EnvironmentError).fix ?? '', /free disk space/u);
	t.deepEqual(readdirSync(at('out')), []);
	await pack(options('full'));
	// Writing to this device always fails as on a full disk.
	mkdirSync(at('device'));
	await t.throwsAsync(
		pack({
			...options('device'),
			freeBytes: folder => {
				symlinkSync('/dev/full', path.join(folder, 'train-00001.pixels.part'));
				return 1e12;
			},
		}),
		{ instanceOf: EnvironmentError, message: /train-00001\.pixels: no space left on the device/u },
	);
	// What was finished is kept; with room again, the same command ends as one that was never stopped.
	t.true(existsSync(path.join(at('device'), 'train-00000.json')));
	await pack(options('device'));
	t.deepEqual(folderDigests(at('device')), folderDigests(at('full')));
});

test.serial('subsets are balanced, and a set without held-out pictures holds out a tenth', async t => {
	const { from, at, options } = await pictures(t);
	await pack(options('both'));
	const subset = openPacked({ folder: at('both'), seed: 1, trainCount: 6, testCount: 3 });
	t.deepEqual([...subset.train.labels], [0, 0, 1, 1, 2, 2]);
	t.deepEqual([...subset.test.labels], [0, 1, 2]);
	const all = openPacked({ folder: at('both'), seed: 1 });
	t.not(subset.digest, all.digest);
	t.is(openPacked({ folder: at('both'), seed: 1, trainCount: 6, testCount: 3 }).digest, subset.digest);
	const images = Array.from({ length: 24 }, (_, image) =>
		Buffer.from(all.train.read([image])).toString('hex'),
	);
	for (let image = 0; image < 6; image++) {
		const found = images.indexOf(Buffer.from(subset.train.read([image])).toString('hex'));
		t.is(all.train.labels[found], subset.train.labels[image]);
	}
	const file = path.join(at('both'), 'index.json');
	const index = JSON.parse(readFileSync(file, 'utf8'));
	writeFileSync(file, JSON.stringify({ ...index, splits: { ...index.splits, test: null } }));
	const held = openPacked({ folder: at('both'), seed: 1 });
	t.deepEqual([held.train.count, held.test.count], [21, 3]);
	t.deepEqual([...held.test.labels], [0, 1, 2]);
	const parts = [held.train, held.test].flatMap(split =>
		Array.from({ length: split.count }, (_, image) => Buffer.from(split.read([image])).toString('hex')),
	);
	t.deepEqual(parts.sort(), images.sort());
	t.throws(() => all.train.read([24]), {
		instanceOf: RangeError,
		message: 'image: expected a number in [0, 24), got 24',
	});
	t.throws(() => openPacked({ folder: at('both'), seed: 1, resolution: 32 }), {
		instanceOf: UsageError,
		message: `packed: ${at('both')} has images of 16×16, got resolution 32`,
	});
	t.throws(() => openPacked({ folder: from, seed: 1 }), {
		instanceOf: UsageError,
		message: /has no index\.json$/u,
	});
});

test.serial('a changed set is noticed: shards by the check, records when it is opened', async t => {
	const { options, at } = await pictures(t);
	await pack(options('out'));
	const shard = path.join(at('out'), 'train-00002.pixels');
	const bytes = readFileSync(shard);
	bytes[7] ^= 1;
	writeFileSync(shard, bytes);
	writeFileSync(path.join(at('out'), 'notes.txt'), '');
	const { problems } = await checkPacked(at('out'));
	t.deepEqual(
		problems.map(({ file }) => file),
		['train-00002.pixels', 'notes.txt'],
	);
	truncateSync(shard, 900);
	const { train } = openPacked({ folder: at('out'), seed: 1 });
	t.throws(() => train.read([11]), {
		instanceOf: UsageError,
		message: `packed: ${shard} at byte 768: the file ends before the image does`,
	});
	rmSync(path.join(at('out'), 'test-00000.pixels'));
	t.true((await checkPacked(at('out'))).problems.some(({ problem }) => problem === 'it is missing'));
	const record = path.join(at('out'), 'train-00001.json');
	writeFileSync(record, readFileSync(record, 'utf8').replace('"labels":[0', '"labels":[1'));
	t.throws(() => openPacked({ folder: at('out'), seed: 1 }), {
		instanceOf: UsageError,
		message: /train-00001\.json was changed since the set was packed/u,
	});
});
