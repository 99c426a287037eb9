import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { EnvironmentError, UsageError } from '../../../../harness/errors.ts';
import type { Inception } from '../../../../harness/metrics/inception/inception.ts';
import { presets } from '../../../../harness/metrics/protocols/presets.ts';
import { inceptionExtractor, loadExtractor } from '../../../../harness/metrics/score/extractor.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { temporaryFolder } from '../../data/temporary-folder.ts';

/** Passes on what it was given: the pool is the first row of pixels. */
const echo = {
	fingerprint: 'a'.repeat(64),
	weightsDigest: 'b'.repeat(64),
	dimension: 6,
	classes: 1,
	resolution: 299,
	extract: (images: Tensor4D) => ({
		pool: images.reshape([images.shape[0], 6]) as Tensor2D,
		logits: tf.fill([images.shape[0], 1], 1) as Tensor2D,
		logitsWithoutBias: tf.fill([images.shape[0], 1], 2) as Tensor2D,
	}),
	dispose: () => {},
} as unknown as Inception;

function run(name: keyof typeof presets): { features: number[]; logit: number } {
	const images = tf.tensor4d([0, 64, 127.5, 128, 255, 260], [1, 1, 2, 3]);
	const { features, logits } = inceptionExtractor(echo, presets[name]).extract(images);
	const result = { features: [...features.dataSync()], logit: logits.dataSync()[0] };
	tf.dispose([images, features, logits]);
	return result;
}

test.serial('the paper’s protocol scales to (x - 128) / 128 and takes logits with bias', t => {
	const before = tf.memory().numTensors;
	t.deepEqual(run('tfgan-s3gan'), { features: [-1, -0.5, -0.00390625, 0, 0.9921875, 1.03125], logit: 1 });
	t.is(tf.memory().numTensors, before);
});

test.serial('pytorch-fid and studiogan scale to 2 x / 255 - 1', t => {
	for (const name of ['pytorch-fid', 'studiogan'] as const) {
		const { features } = run(name);
		for (const [index, pixel] of [0, 64, 127.5, 128, 255, 260].entries()) {
			t.true(Math.abs(features[index] - ((2 * pixel) / 255 - 1)) < 1e-6);
		}
	}
});

test.serial('logits without bias where the tool, or the paper of the score, leaves it out', t => {
	t.is(run('torch-fidelity').logit, 2);
	t.is(run('pytorch-fid').logit, 2);
	t.is(run('studiogan').logit, 1);
});

test('an unknown extractor and a folder without a network are refused', async t => {
	await t.throwsAsync(loadExtractor('vgg', presets.ttur), {
		instanceOf: UsageError,
		message: "extractor: expected inception or proxy:FOLDER, got 'vgg'",
	});
	const folder = temporaryFolder(t);
	await t.throwsAsync(loadExtractor(`proxy:${folder}`, presets.ttur), {
		instanceOf: UsageError,
		message: /not a stored feature network: network\.json cannot be read/u,
	});
});

test.serial('Inception that is not installed is an error of the environment', async t => {
	const { FEWER_LABELS_CACHE: kept } = process.env;
	process.env.FEWER_LABELS_CACHE = temporaryFolder(t);
	try {
		await t.throwsAsync(loadExtractor('inception', presets.ttur), {
			instanceOf: EnvironmentError,
			message: /^Inception: no weights are installed on this machine/u,
		});
	} finally {
		if (kept === undefined) delete process.env.FEWER_LABELS_CACHE;
		else process.env.FEWER_LABELS_CACHE = kept;
	}
});
