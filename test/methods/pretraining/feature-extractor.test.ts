import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { createStream } from '../../../harness/tensor/random.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { rotateImages } from '../../../methods/losses/rotate-images.ts';
import { pretrain } from '../../../methods/pretraining/pretrain.ts';
import { loadFeatureExtractor } from '../../../methods/pretraining/storage.ts';
import { tinyData, tinyOptions } from './support/tiny.ts';

function images(): Tensor4D {
	const stream = createStream(1, 'images');
	return tf.tensor4d(
		Float32Array.from({ length: 3 * 16 * 16 * 3 }, () => stream.uniform()),
		[3, 16, 16, 3],
	);
}

function temporaryFolder(t: { teardown(clean: () => void): void }): string {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'extractor-'));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

test.serial('shapes, and inference neither moves the network nor leaks', async t => {
	const extractor = await pretrain(await tinyData(), tinyOptions);
	t.teardown(() => extractor.dispose());
	const before = tf.memory().numTensors;
	const read = () =>
		tf.tidy(() => {
			const batch = images();
			const results = [
				extractor.features(batch),
				extractor.classLogits(batch),
				extractor.rotationLogits(batch),
				extractor.averageClassLogits(batch),
			];
			return results.map(tensor => ({ shape: tensor.shape, values: [...tensor.dataSync()] }));
		});
	const first = read();
	t.deepEqual(
		first.map(({ shape }) => shape),
		[
			[3, 32],
			[3, 10],
			[3, 4],
			[3, 10],
		],
	);
	t.is(extractor.dimension, 32);
	t.deepEqual(read(), first);
	t.is(tf.memory().numTensors, before);
});

test.serial('averaged logits are the mean over the four rotations', async t => {
	const extractor = await pretrain(await tinyData(), tinyOptions);
	t.teardown(() => extractor.dispose());
	tf.tidy(() => {
		const batch = images();
		const views = ([0, 1, 2, 3] as const).map(turns =>
			extractor.classLogits(rotateImages(batch, turns)).dataSync(),
		);
		for (const [index, value] of extractor.averageClassLogits(batch).dataSync().entries()) {
			const mean = views.reduce((sum, view) => sum + view[index], 0) / 4;
			t.true(Math.abs(value - mean) < 1e-5);
		}
	});
});

test.serial('another resolution is refused', async t => {
	const extractor = await pretrain(await tinyData(), tinyOptions);
	t.teardown(() => extractor.dispose());
	t.throws(() => tf.tidy(() => extractor.features(tf.zeros([1, 32, 32, 3]))), {
		instanceOf: UsageError,
		message: 'feature extractor: expected images [n, 16, 16, 3], got [1,32,32,3]',
	});
});

test.serial('a stored network comes back with its fingerprint and its features', async t => {
	const folder = path.join(temporaryFolder(t), 'extractor');
	const extractor = await pretrain(await tinyData(), tinyOptions);
	t.teardown(() => extractor.dispose());
	extractor.save(folder);
	const loaded = loadFeatureExtractor(folder);
	t.teardown(() => loaded.dispose());
	t.deepEqual(loaded.description, extractor.description);
	t.is(loaded.fingerprint, extractor.fingerprint);
	const features = [extractor, loaded].map(network =>
		tf.tidy(() => [...network.features(images()).dataSync()]),
	);
	t.deepEqual(features[0], features[1]);
	// The first writer wins, silently.
	t.notThrows(() => extractor.save(folder));
});

test.serial('a changed or missing file is refused with what to do', async t => {
	const parent = temporaryFolder(t);
	const folder = path.join(parent, 'extractor');
	const extractor = await pretrain(await tinyData(), tinyOptions);
	extractor.save(folder);
	extractor.dispose();
	const fix = 'delete that folder: the network will be trained again';
	const missing = t.throws(() => loadFeatureExtractor(parent), { instanceOf: UsageError });
	t.regex(missing.message, /not a stored feature extractor: extractor.json cannot be read/u);
	const weights = path.join(folder, 'weights.safetensors');
	const bytes = readFileSync(weights);
	bytes[bytes.length - 2] ^= 1;
	writeFileSync(weights, bytes);
	const changed = t.throws(() => loadFeatureExtractor(folder), { instanceOf: UsageError });
	t.regex(changed.message, /its fingerprint is \w{12}…, but its files have \w{12}…$/u);
	t.is(changed.fix, fix);
	writeFileSync(path.join(folder, 'extractor.json'), '{"schemaVersion":1}');
	t.throws(() => loadFeatureExtractor(folder), { instanceOf: UsageError, message: /fingerprint/u });
});
