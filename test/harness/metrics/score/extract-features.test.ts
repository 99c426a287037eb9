import { readdirSync } from 'node:fs';
import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { openFeatureCache } from '../../../../harness/metrics/cache/feature-cache.ts';
import { kernelDistance } from '../../../../harness/metrics/kernel-distance.ts';
import { precisionRecall } from '../../../../harness/metrics/precision-recall.ts';
import { presets } from '../../../../harness/metrics/protocols/presets.ts';
import { resizeImages } from '../../../../harness/metrics/resize/resize-images.ts';
import { extractFeatures } from '../../../../harness/metrics/score/extract-features.ts';
import { statisticsOfSet } from '../../../../harness/metrics/set-statistics.ts';
import { countNativeTensors } from '../../../../harness/tensor/float64.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { temporaryFolder } from '../../data/temporary-folder.ts';
import { fakeExtractor, noisePictures, squares } from './fake-extractor.ts';

const preset = presets['tfgan-s3gan'];

const rowsOf = (entry: Awaited<ReturnType<typeof extractFeatures>>['entry']): number[] =>
	[...entry.features.batches()].flatMap(batch => {
		const values = [...batch.dataSync()];
		batch.dispose();
		return values;
	});

test.serial(
	'images of many sizes go through the network in full batches, in order, each resized for itself',
	async t => {
		const sizes: [number, number][] = [...squares(3), [4, 9], [20, 8], ...squares(4, 16)];
		const source = noisePictures('mixed', sizes);
		const extractor = fakeExtractor();
		await tf.ready();
		const before = [tf.memory().numTensors, countNativeTensors()];
		const { entry, cached } = await extractFeatures(source, {
			preset,
			extractor,
			cache: openFeatureCache(temporaryFolder(t)),
			batchSize: 4,
		});
		t.false(cached);
		t.deepEqual(extractor.seen, [4, 4, 1]);
		const expected = [...source.stacks({ jpegDecoding: 'integer-fast', batchSize: 1 })].flatMap(stack => {
			const resized = resizeImages(stack, 'bilinear-legacy', 8);
			const { features, logits } = extractor.extract(resized);
			const values = [...features.dataSync()];
			tf.dispose([resized, features, logits]);
			return values;
		});
		const rows = rowsOf(entry);
		t.is(rows.length, expected.length);
		for (const [index, value] of expected.entries()) t.true(Math.abs(rows[index] - value) < 1e-4);
		t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
	},
);

test.serial(
	'the second time comes from the cache: the network sees nothing, the values are the same',
	async t => {
		const cache = openFeatureCache(temporaryFolder(t));
		const source = noisePictures('twice', squares(6));
		const first = await extractFeatures(source, { preset, extractor: fakeExtractor(), cache });
		const extractor = fakeExtractor();
		const second = await extractFeatures(source, { preset, extractor, cache });
		t.true(second.cached);
		t.deepEqual(extractor.seen, []);
		t.deepEqual(rowsOf(second.entry), rowsOf(first.entry));
		t.is(source.readings, 1);
	},
);

test.serial(
	'another name, but equal content, hits the cache; another network or protocol does not',
	async t => {
		const root = temporaryFolder(t);
		const cache = openFeatureCache(root);
		const source = noisePictures('one', squares(3));
		const extract = (
			extractor = fakeExtractor(),
			name: keyof typeof presets = 'tfgan-s3gan',
			from = source,
		) => extractFeatures(from, { preset: presets[name], extractor, cache });
		await extract();
		t.true((await extract(undefined, undefined, { ...source, name: 'renamed' })).cached);
		t.false((await extract(fakeExtractor('0'.repeat(64)))).cached);
		t.false((await extract(undefined, 'clean-fid')).cached);
		t.false((await extract(undefined, 'ttur')).cached);
		t.is(readdirSync(root).length, 4);
	},
);

test.serial('floats are rounded to bytes where the protocol says so', async t => {
	const cache = openFeatureCache(temporaryFolder(t));
	const source = noisePictures('floats', squares(4), { floats: true });
	const extract = async (name: keyof typeof presets) =>
		rowsOf(
			(await extractFeatures(source, { preset: presets[name], extractor: fakeExtractor(), cache })).entry,
		);
	const [exact, rounded] = [await extract('tfgan-s3gan'), await extract('ttur')];
	const largest = Math.max(...exact.map((value, index) => Math.abs(value - rounded[index])));
	t.true(largest > 1e-4 && largest < 0.2, `${largest}`);
});

test.serial('the cubic overshoot is clipped where the protocol says so', async t => {
	const brightest: number[] = [];
	const extractor = fakeExtractor();
	const watched = {
		...extractor,
		extract(images: Parameters<typeof extractor.extract>[0]) {
			brightest.push(tf.tidy(() => tf.max(images).dataSync()[0]));
			return extractor.extract(images);
		},
	};
	const edges = {
		...noisePictures('edges', squares(2, 4)),
		*stacks() {
			for (let image = 0; image < 2; image++) {
				const pixels = Uint8Array.from({ length: 48 }, (_, index) =>
					Math.floor(index / 3) % 4 < 2 ? 0 : 255,
				);
				yield { count: 1, height: 4, width: 4, pixels };
			}
		},
	};
	const cache = openFeatureCache(temporaryFolder(t));
	await extractFeatures(edges, { preset: presets['clean-fid'], extractor: watched, cache });
	const unclipped = { ...presets['clean-fid'], clip: { value: false, source: '' } };
	await extractFeatures(edges, { preset: unclipped, extractor: watched, cache });
	t.is(brightest[0], 255);
	t.true(brightest[1] > 256);
});

test.serial('progress ends at the number of images', async t => {
	const seen: [string, number, number][] = [];
	await extractFeatures(noisePictures('progress', squares(5)), {
		preset,
		extractor: fakeExtractor(),
		cache: openFeatureCache(temporaryFolder(t)),
		batchSize: 2,
		onProgress: (...parts) => seen.push(parts),
	});
	t.deepEqual(seen, [
		['features', 0, 5],
		['features', 2, 5],
		['features', 4, 5],
		['features', 5, 5],
	]);
});

test.serial('an interruption between batches leaves no entry and no tensor behind', async t => {
	const root = temporaryFolder(t);
	const controller = new AbortController();
	await tf.ready();
	const before = [tf.memory().numTensors, countNativeTensors()];
	await t.throwsAsync(
		extractFeatures(noisePictures('stop', squares(6)), {
			preset,
			extractor: fakeExtractor(),
			cache: openFeatureCache(root),
			batchSize: 2,
			signal: controller.signal,
			onProgress: (_, done) => done === 2 && controller.abort(new Error('stop')),
		}),
		{ message: 'stop' },
	);
	t.deepEqual(readdirSync(root), []);
	t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
});

test.serial('memory is one batch and the covariance, whatever the number of images', async t => {
	await tf.ready();
	const before = [tf.memory().numBytes, countNativeTensors()];
	const peaksOf = async (count: number) => {
		let peak = [0, 0];
		const look = (): void => {
			peak = [Math.max(peak[0], tf.memory().numBytes), Math.max(peak[1], countNativeTensors())];
		};
		const network = fakeExtractor();
		const extractor = {
			...network,
			extract(images: Tensor4D) {
				const outputs = network.extract(images);
				look();
				return outputs;
			},
		};
		const { entry } = await extractFeatures(noisePictures('memory', squares(count)), {
			preset,
			extractor,
			cache: openFeatureCache(temporaryFolder(t)),
			batchSize: 64,
		});
		const watched = {
			...entry.features,
			*batches() {
				for (const batch of entry.features.batches()) {
					look();
					yield batch;
				}
			},
		};
		statisticsOfSet(watched);
		kernelDistance(watched, watched, { maximumBlockSize: 512 });
		const streamed = peak;
		peak = [0, 0];
		precisionRecall(watched, watched, { neighbours: 5, blockRows: 512 });
		for (const rows of entry.logits()) t.true(rows.length <= 1024 * network.classes);
		return { streamed, neighbourBytes: peak[0] };
	};
	const [few, more] = [await peaksOf(2048), await peaksOf(3 * 2048)];
	t.true(few.streamed[0] > before[0] && few.streamed[1] > before[1], 'tensors were seen at all');
	t.deepEqual(more.streamed, few.streamed);
	// Six distances an image: itself and its five neighbours.
	t.true(more.neighbourBytes - few.neighbourBytes <= 2 * 2048 * 6 * 4);
	t.deepEqual([tf.memory().numBytes, countNativeTensors()], before);
});
