import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createBatches } from '../../../harness/data/batches.ts';
import { createDecoder } from '../../../harness/data/decoding/decoder.ts';
import { sharedDecoderBinding } from '../../../harness/data/decoding/decoder-binding.ts';
import { openFeed } from '../../../harness/data/feed.ts';
import { memorySplit } from '../../../harness/data/memory-split.ts';
import { openPacked } from '../../../harness/data/packed/open-packed.ts';
import { pack } from '../../../harness/data/packed/pack.ts';
import { readFileOf } from '../../../harness/data/packed/packed-split.ts';
import { openShardReader } from '../../../harness/data/packed/shard-reader.ts';
import { cropStream } from '../../../harness/data/preparation/crop-stream.ts';
import { chooseWindow } from '../../../harness/data/preparation/window.ts';
import { UsageError } from '../../../harness/errors.ts';
import { writePictureFolder } from './packed/picture-folder.ts';
import { temporaryFolder } from './temporary-folder.ts';

const batchOptions = { batchSize: 5, seed: 3, name: 'train', resolution: 16 };

async function packPictures(t: ExecutionContext, form: 'pixels' | 'bytes', recipe = 's3gan') {
	const folder = temporaryFolder(t);
	const from = path.join(folder, 'pictures');
	await writePictureFolder({ folder: from });
	const out = path.join(folder, 'out');
	await pack({
		...{ source: `folder:${from}`, folder: out, resolution: 16, form, recipe, shardBytes: 6000, jobs: 1 },
	});
	return { out, dataSet: openPacked({ folder: out, seed: 1 }) };
}

test.serial('the feed of a split in memory gives its batches', async t => {
	const split = memorySplit(
		Uint8Array.from({ length: 12 * 768 }, (_, index) => index % 251),
		Int32Array.from({ length: 12 }, (_, index) => index % 3),
	);
	const feed = openFeed(split, batchOptions);
	const batches = createBatches(split, batchOptions);
	t.is(feed.batchesPerEpoch, 2);
	for (const index of [0, 1, 2, 7, 3]) t.deepEqual(await feed.at(index), batches.at(index));
	const { waitedMs, totalMs } = feed.stall();
	t.true(waitedMs >= 0 && waitedMs <= totalMs);
	await feed.close();
});

test.serial(
	'the feed of packed pixels gives the batches that reading them gives, in whatever order',
	async t => {
		const { dataSet } = await packPictures(t, 'pixels');
		const labels = dataSet.train.labels.map(label => 2 - label);
		const subset = Uint32Array.from({ length: 17 }, (_, index) => index + 3);
		const split = { ...dataSet.train, labels };
		for (const options of [batchOptions, { ...batchOptions, subset }]) {
			const batches = createBatches(split, options);
			const feed = openFeed(split, { ...options, depth: 3, following: index => index + 1 + (index % 2) });
			t.is(feed.batchesPerEpoch, batches.batchesPerEpoch);
			for (const index of [0, 1, 3, 5, 7, 100, 101, 2, 2, 9]) {
				t.deepEqual(await feed.at(index), batches.at(index), `batch ${index}`);
			}
			// What a caller does to a batch does not reach the next one.
			(await feed.at(4)).pixels.fill(-1);
			t.deepEqual(await feed.at(4), batches.at(4));
			await feed.close();
			await t.throwsAsync(feed.at(50), { message: 'feed: it was closed' });
		}
	},
);

test.serial(
	'pictures of `bytes` shards are cropped afresh in every epoch, by seed, epoch and number',
	async t => {
		const { dataSet } = await packPictures(t, 'bytes');
		const feed = openFeed(dataSet.train, { ...batchOptions, threads: 1 });
		const batches = createBatches(dataSet.train, batchOptions);
		const reader = openShardReader(dataSet.train.packed.places);
		const decoder = createDecoder({
			...{ binding: sharedDecoderBinding(), resolution: 16, resize: 'bilinear-legacy', form: 'unit' },
		});
		const seen = new Map<number, string>();
		let changed = 0;
		for (const index of [0, 1, 4, 5, 9]) {
			const batch = await feed.at(index);
			const indices = batches.indicesAt(index);
			t.deepEqual(batch.indices, indices);
			t.deepEqual(
				[...batch.labels],
				Array.from(indices, image => dataSet.train.labels[image]),
			);
			const epoch = Math.floor(index / batches.batchesPerEpoch);
			const expected = decoder.prepare(
				Array.from(indices, image => ({
					bytes: readFileOf(reader, image),
					choose: (height, width) =>
						chooseWindow('distorted', height, width, cropStream(3, 'train', epoch, image)),
				})),
			);
			for (const [position, image] of indices.entries()) {
				const pixels = batch.pixels.slice(position * 768, (position + 1) * 768);
				t.deepEqual(pixels, Float32Array.from(expected[position] as Float32Array));
				const key = `${pixels}`;
				if (seen.has(image) && seen.get(image) !== key) changed += 1;
				seen.set(image, key);
			}
		}
		t.true(changed > 0);
		reader.close();
		decoder.close();
		await feed.close();
	},
);

test.serial(
	'a reduced recipe decodes the fresh crops of a training, and steady ones with all pixels',
	async t => {
		const { dataSet } = await packPictures(t, 'bytes', 's3gan-reduced');
		const { count } = dataSet.train;
		const options = { ...batchOptions, batchSize: count, threads: 1 };
		const reader = openShardReader(dataSet.train.packed.places);
		const decoder = createDecoder({
			...{ binding: sharedDecoderBinding(), resolution: 16, resize: 'bilinear-legacy', form: 'unit' },
		});
		const feed = openFeed(dataSet.train, options);
		const { pixels, indices } = await feed.at(0);
		await feed.close();
		const decode = (reduce: boolean): Float32Array[] =>
			decoder.prepare(
				Array.from(indices, image => ({
					bytes: readFileOf(reader, image),
					reduce,
					choose: (height, width) =>
						chooseWindow('distorted', height, width, cropStream(3, 'train', 0, image)),
				})),
			) as Float32Array[];
		const [reduced, exact] = [decode(true), decode(false)];
		const fed = Array.from(indices, (_, place) => pixels.slice(place * 768, (place + 1) * 768));
		t.deepEqual(
			fed,
			reduced.map(image => Float32Array.from(image)),
		);
		t.true(reduced.some((image, place) => image.some((value, index) => value !== exact[place][index])));
		decoder.close();
		reader.close();
		const steady = openFeed(dataSet.train, { ...options, crops: 'steady' });
		t.deepEqual((await steady.at(0)).pixels, createBatches(dataSet.train, options).at(0).pixels);
		await steady.close();
	},
);

test.serial('steady crops of `bytes` shards are what reading the split gives, bit for bit', async t => {
	const { dataSet } = await packPictures(t, 'bytes');
	const feed = openFeed(dataSet.train, { ...batchOptions, threads: 1, crops: 'steady' });
	const batches = createBatches(dataSet.train, batchOptions);
	for (const index of [0, 1, 4, 9]) t.deepEqual(await feed.at(index), batches.at(index), `batch ${index}`);
	await feed.close();
});

test.serial(
	'a picture that was damaged after packing ends the training with its file and offset',
	async t => {
		const { out, dataSet } = await packPictures(t, 'bytes');
		const { offsets, shards } = dataSet.train.packed.places;
		const file = path.join(out, shards[0].file);
		const bytes = readFileSync(file);
		bytes.fill(0, offsets![1], offsets![1] + 200);
		writeFileSync(file, bytes);
		const subset = Uint32Array.of(0, 1, 2, 3, 4);
		const feed = openFeed(dataSet.train, { ...batchOptions, subset, threads: 1 });
		await t.throwsAsync(feed.at(0), {
			instanceOf: UsageError,
			message: `packed: ${file} at byte ${offsets![1]}: the content is neither JPEG nor PNG`,
		});
		await feed.close();
	},
);

test.serial('a resolution that the set does not have is refused before a thread is started', async t => {
	const { dataSet } = await packPictures(t, 'pixels');
	t.throws(() => openFeed(dataSet.train, { ...batchOptions, resolution: 8 }), {
		instanceOf: RangeError,
		message: 'pixels: expected images of 8×8, got 16×16',
	});
});
