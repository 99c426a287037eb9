import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createBatches } from '../../../harness/data/batches.ts';
import type { DataSet } from '../../../harness/data/data-set.ts';
import { describeSubset, selectLabelled } from '../../../harness/data/label-subset.ts';
import { openPacked } from '../../../harness/data/packed/open-packed.ts';
import { pack } from '../../../harness/data/packed/pack.ts';
import { UsageError } from '../../../harness/errors.ts';
import { pretrainingId } from '../../../methods/pretraining/options.ts';
import { createMixedBatches } from '../../../methods/pretraining/training-batches.ts';
import { writePictureFolder } from '../../harness/data/packed/picture-folder.ts';
import { temporaryFolder } from '../../harness/data/temporary-folder.ts';
import { tinyData, tinyOptions } from './support/tiny.ts';

const imageValues = 16 * 16 * 3;

async function packPictures(t: ExecutionContext, form: 'pixels' | 'bytes'): Promise<DataSet> {
	const folder = temporaryFolder(t);
	await writePictureFolder({ folder: path.join(folder, 'pictures'), perClass: 20 });
	const out = path.join(folder, 'packed');
	await pack({ source: `folder:${folder}/pictures`, folder: out, resolution: 16, form, jobs: 1 });
	return openPacked({ folder: out, seed: 1 });
}

test('the first images of a batch are labelled ones of the subset, with their labels', async t => {
	const data = await tinyData();
	const batches = createMixedBatches(data, tinyOptions);
	t.is(batches.labelled, 3);
	t.is(batches.unlabelled, 5);
	const { labels } = data.train;
	t.deepEqual(batches.subset, selectLabelled({ labels, classes: 10, fraction: 0.25, seed: 1 }));
	const allowed = [...batches.subset!].map(
		image => `${labels[image]} ${data.train.pixels.subarray(image * imageValues, (image + 1) * imageValues)}`,
	);
	const feed = batches.open();
	for (let update = 0; update < 12; update++) {
		const { pixels, labels: found } = await feed.at(update);
		t.is(pixels.length, 8 * imageValues);
		t.is(found.length, 3);
		for (const [position, label] of found.entries()) {
			const image = pixels.subarray(position * imageValues, (position + 1) * imageValues);
			t.true(allowed.includes(`${label} ${Uint8Array.from(image, value => Math.round(255 * value))}`));
		}
	}
});

test.serial(
	'a batch is the labelled images and then the unlabelled ones, each in its own order, in memory or packed',
	async t => {
		for (const data of [await tinyData(), await packPictures(t, 'pixels'), await packPictures(t, 'bytes')]) {
			const batches = createMixedBatches(data, tinyOptions);
			const shared = { seed: tinyOptions.seed, resolution: 16 };
			const known = createBatches(data.train, {
				...{ ...shared, batchSize: 3, name: 'pretraining-labelled', subset: batches.subset! },
			});
			const unknown = createBatches(data.train, { ...shared, batchSize: 5, name: 'pretraining-unlabelled' });
			const feed = batches.open();
			// The last two as a training asks that goes on from a checkpoint.
			for (const update of [0, 1, 2, 3, 40, 41]) {
				const [first, second] = [known.at(update), unknown.at(update)];
				const { pixels, labels } = await feed.at(update);
				t.deepEqual(pixels, Float32Array.of(...first.pixels, ...second.pixels), `update ${update}`);
				t.deepEqual(labels, first.labels);
			}
			const { waitedMs, totalMs } = feed.stall();
			t.true(waitedMs > 0 && waitedMs <= totalMs);
			await feed.close();
		}
	},
);

test('the subset does not depend on the seed of the training', async t => {
	const data = await tinyData();
	const one = createMixedBatches(data, tinyOptions);
	const other = createMixedBatches(data, { ...tinyOptions, seed: 2 });
	t.deepEqual(one.subset, other.subset);
	t.notDeepEqual(await one.open().at(0), await other.open().at(0));
	t.notDeepEqual(one.subset, createMixedBatches(data, { ...tinyOptions, subsetSeed: 2 }).subset);
});

test('a list takes the place of the subset, if it is the one of the options', async t => {
	const data = await tinyData();
	const { labels } = data.train;
	const listed = Uint32Array.from({ length: 30 }, (_, image) => image);
	const options = { ...tinyOptions, labelList: describeSubset(labels, 10, listed).digest };
	t.is(createMixedBatches(data, options, listed).subset, listed);
	t.not(pretrainingId(data.digest, options), pretrainingId(data.digest, tinyOptions));
	for (const other of [listed.subarray(1), undefined]) {
		t.throws(() => createMixedBatches(data, options, other), {
			instanceOf: UsageError,
			message: /expected the list of labelled images [0-9a-f]{12}…, got (another one|none)/u,
		});
	}
});

test('a small subset shrinks the labelled part', async t => {
	const batches = createMixedBatches(await tinyData(), {
		...tinyOptions,
		labelFraction: 0.01,
		batchSize: 40,
		unlabelledPerBatch: 20,
	});
	t.is(batches.labelled, 10);
	t.is((await batches.open().at(3)).labels.length, 10);
});

test('without labels the whole batch is unlabelled; without rotations none of it', async t => {
	const data = await tinyData();
	const rotations = createMixedBatches(data, { ...tinyOptions, labelFraction: null });
	t.deepEqual([rotations.labelled, rotations.unlabelled, rotations.subset], [0, 8, null]);
	t.is((await rotations.open().at(0)).labels.length, 0);
	const supervised = createMixedBatches(data, { ...tinyOptions, rotationWeight: 0 });
	t.deepEqual([supervised.labelled, supervised.unlabelled], [3, 0]);
	t.is((await supervised.open().at(0)).pixels.length, 3 * imageValues);
});

test('more unlabelled images than there are are refused', async t => {
	const data = await tinyData();
	const options = { ...tinyOptions, batchSize: 100, unlabelledPerBatch: 90 };
	t.throws(() => createMixedBatches(data, options), { instanceOf: UsageError, message: /from 1 to 80/u });
});

test('a micro-batch divides a batch into passes, and each kind of image must fall into equal parts', async t => {
	const data = await tinyData();
	t.is(createMixedBatches(data, tinyOptions).passes, 1);
	const divisible = { ...tinyOptions, unlabelledPerBatch: 4, microBatchSize: 2 };
	t.is(createMixedBatches(data, divisible).passes, 4);
	// 8 images in 4 passes: 5 unlabelled and 3 labelled ones do not divide.
	t.throws(() => createMixedBatches(data, { ...tinyOptions, microBatchSize: 2 }), {
		instanceOf: UsageError,
		message: /divides a batch into 4 passes, and its 3 labelled images do not fall/u,
	});
});
