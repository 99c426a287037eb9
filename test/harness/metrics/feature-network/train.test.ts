import test from 'ava';
import { memorySplit } from '../../../../harness/data/memory-split.ts';
import { RunFailedError, UsageError } from '../../../../harness/errors.ts';
import {
	type FeatureNetworkProgress,
	trainFeatureNetwork,
} from '../../../../harness/metrics/feature-network/train.ts';
import { imageBatches } from '../../../../harness/metrics/image-batches.ts';
import { countNativeTensors } from '../../../../harness/tensor/float64.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { pictures } from '../pictures.ts';
import { smallOptions } from './options.ts';

test.serial('it learns, says how far it is, and leaves only its weights behind', async t => {
	tf.zeros([1]).dispose();
	const before = [tf.memory().numTensors, countNativeTensors()];
	const reports: FeatureNetworkProgress[] = [];
	const network = await trainFeatureNetwork(pictures, smallOptions, report => reports.push(report));
	// Chance is 1/3.
	t.true(network.testAccuracy > 0.9, `accuracy ${network.testAccuracy}`);
	t.deepEqual(
		reports.map(({ step, steps, fraction }) => [step, steps, fraction]),
		[
			[20, 40, 0.5],
			[40, 40, 1],
		],
	);
	t.true(reports[1].loss < reports[0].loss);
	t.regex(reports[1].text, /^update 40\/40, loss \d\.\d{3}$/u);
	// stem, two convolutions of one stage, logits: a kernel and a bias each.
	t.is(tf.memory().numTensors, before[0] + 8);
	network.dispose();
	t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
});

test.serial('features and logits have their shapes and depend on one image only', async t => {
	const network = await trainFeatureNetwork(pictures, { ...smallOptions, imagesSeen: 60 });
	tf.tidy(() => {
		const [images] = [...imageBatches(pictures.test, pictures.resolution)];
		const { features, logits } = network.extract(images);
		t.deepEqual(
			[features.shape, logits.shape],
			[
				[120, 16],
				[120, 3],
			],
		);
		t.true(tf.min(features).dataSync()[0] >= 0);
		const alone = network.extract(tf.slice(images, [7], [1]));
		const difference = tf.sub(alone.features, tf.slice(features, [7], [1]));
		t.true(tf.max(tf.abs(difference)).dataSync()[0] < 1e-5);
	});
	t.throws(() => tf.tidy(() => network.extract(tf.zeros([2, 8, 8, 3]))), {
		instanceOf: UsageError,
		message: 'images: expected shape [n, 16, 16, 3], got [2,8,8,3]',
	});
	network.dispose();
});

test.serial('equal data and seed give equal bits, another seed other weights', async t => {
	const options = { ...smallOptions, imagesSeen: 300 };
	const fingerprints: string[] = [];
	for (const seed of [1, 1, 2]) {
		const network = await trainFeatureNetwork(pictures, { ...options, seed });
		fingerprints.push(network.fingerprint);
		network.dispose();
	}
	t.is(fingerprints[0], fingerprints[1]);
	t.not(fingerprints[0], fingerprints[2]);
});

test.serial('a loss that is not finite stops the training and leaves nothing behind', async t => {
	const before = [tf.memory().numTensors, countNativeTensors()];
	const error = await t.throwsAsync(trainFeatureNetwork(pictures, { ...smallOptions, learningRate: 1e30 }), {
		instanceOf: RunFailedError,
	});
	t.regex(error!.message, /^feature network: the loss is \S+ at update \d+ of 40$/u);
	t.regex((error as RunFailedError).fix!, /smaller learning rate than 1e\+30/u);
	t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
});

test.serial('a data set that cannot be learned is refused', async t => {
	await t.throwsAsync(trainFeatureNetwork({ ...pictures, classNames: ['one'] }, smallOptions), {
		instanceOf: UsageError,
		message: 'classes: expected at least 2, got 1',
	});
	const empty = memorySplit(new Uint8Array(0), new Int32Array(0));
	await t.throwsAsync(trainFeatureNetwork({ ...pictures, test: empty }, smallOptions), {
		instanceOf: UsageError,
		message: 'test images: expected at least 1, got 0',
	});
	await t.throwsAsync(trainFeatureNetwork({ ...pictures, resolution: 4 }, smallOptions), {
		instanceOf: UsageError,
		message: 'resolution: expected at least 8 pixels, got 4',
	});
	await t.throwsAsync(trainFeatureNetwork(pictures, { ...smallOptions, batchSize: 0 }), {
		instanceOf: UsageError,
		message: /^feature network options: [\s\S]*batchSize/u,
	});
});

test.serial('compiled and operation by operation it is the same network, bit for bit', async t => {
	const options = { ...smallOptions, imagesSeen: 300 };
	const compiled = await trainFeatureNetwork(pictures, options);
	const eager = await trainFeatureNetwork(pictures, options, () => {}, true);
	t.is(compiled.fingerprint, eager.fingerprint);
	compiled.dispose();
	eager.dispose();
});
