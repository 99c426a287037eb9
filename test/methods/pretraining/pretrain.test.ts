import path from 'node:path';
import test from 'ava';
import { selectLabelled } from '../../../harness/data/label-subset.ts';
import { memorySplit } from '../../../harness/data/memory-split.ts';
import { openPacked } from '../../../harness/data/packed/open-packed.ts';
import { pack } from '../../../harness/data/packed/pack.ts';
import { RunFailedError, UsageError } from '../../../harness/errors.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import type { PretrainingOptions } from '../../../methods/pretraining/options.ts';
import { type PretrainingProgress, pretrain } from '../../../methods/pretraining/pretrain.ts';
import { writePictureFolder } from '../../harness/data/packed/picture-folder.ts';
import { temporaryFolder } from '../../harness/data/temporary-folder.ts';
import { tinyData, tinyOptions } from './support/tiny.ts';

async function fingerprintWith(overrides: Partial<PretrainingOptions>): Promise<string> {
	const extractor = await pretrain(await tinyData(), { ...tinyOptions, ...overrides });
	const { fingerprint } = extractor;
	extractor.dispose();
	return fingerprint;
}

test.serial(
	'equal options give the same network bit for bit, another seed another, and nothing leaks',
	async t => {
		await fingerprintWith({});
		const before = tf.memory().numTensors;
		const first = await fingerprintWith({});
		t.is(await fingerprintWith({}), first);
		t.not(await fingerprintWith({ seed: 2 }), first);
		t.is(tf.memory().numTensors, before);
	},
);

test.serial('a training that is long enough to be compiled gives the same network twice too', async t => {
	await fingerprintWith({ epochs: 10 });
	const before = tf.memory().numTensors;
	t.is(await fingerprintWith({ epochs: 10 }), await fingerprintWith({ epochs: 10 }));
	t.is(tf.memory().numTensors, before);
});

test.serial('images that are read ahead from the disk give the network of those in memory', async t => {
	const folder = temporaryFolder(t);
	await writePictureFolder({ folder: path.join(folder, 'pictures'), perClass: 20 });
	const out = path.join(folder, 'packed');
	await pack({ source: `folder:${folder}/pictures`, folder: out, resolution: 16, jobs: 1 });
	const packed = openPacked({ folder: out, seed: 1 });
	const { train } = packed;
	const all = Uint32Array.from({ length: train.count }, (_, image) => image);
	const reports: PretrainingProgress[] = [];
	const fingerprints: string[] = [];
	for (const data of [packed, { ...packed, train: memorySplit(train.read(all), train.labels) }]) {
		const extractor = await pretrain(data, tinyOptions, { onProgress: report => reports.push(report) });
		fingerprints.push(extractor.fingerprint);
		extractor.dispose();
	}
	t.is(fingerprints[0], fingerprints[1]);
	const { waitedMs, totalMs } = reports[0].stall;
	t.true(waitedMs > 0 && waitedMs < totalMs);
});

test.serial('micro-batches train too: another network, since batch norm sees their moments', async t => {
	const equalParts = { unlabelledPerBatch: 4, epochs: 2 };
	const whole = await fingerprintWith(equalParts);
	const before = tf.memory().numTensors;
	const divided = await fingerprintWith({ ...equalParts, microBatchSize: 4 });
	t.not(divided, whole);
	t.is(await fingerprintWith({ ...equalParts, microBatchSize: 4 }), divided);
	t.is(tf.memory().numTensors, before);
});

/** Labels with those of two unlabelled images exchanged, such that the same images are chosen as labelled. */
function exchangeUnread(labels: Int32Array, isLabelled: (image: number) => boolean): Int32Array {
	for (let first = 0; first < labels.length; first++) {
		for (let second = first + 1; second < labels.length; second++) {
			const [one, other] = [labels[first], labels[second]];
			const between = labels.subarray(first + 1, second);
			// With neither class between them, both keep their place in the order of their class.
			if (one === other || between.includes(one) || between.includes(other)) continue;
			if (isLabelled(first) || isLabelled(second)) continue;
			const exchanged = labels.slice();
			exchanged[first] = other;
			exchanged[second] = one;
			return exchanged;
		}
	}
	throw new Error('no such pair');
}

test.serial('only the labels of the subset are read, and none for rotations alone', async t => {
	const data = await tinyData();
	const { labels } = data.train;
	const chosen = { classes: 10, fraction: tinyOptions.labelFraction!, seed: 1 };
	const subset = selectLabelled({ ...chosen, labels });
	const exchanged = exchangeUnread(labels, image => subset.includes(image));
	t.notDeepEqual(exchanged, labels);
	t.deepEqual(selectLabelled({ ...chosen, labels: exchanged }), subset);
	const reversed = labels.slice().reverse();
	const fingerprints = async (others: Int32Array, labelFraction: number | null): Promise<string[]> => {
		const found: string[] = [];
		for (const seen of [labels, others]) {
			const extractor = await pretrain(
				{ ...data, train: { ...data.train, labels: seen } },
				{ ...tinyOptions, labelFraction },
			);
			found.push(extractor.fingerprint);
			extractor.dispose();
		}
		return found;
	};
	const semiSupervised = await fingerprints(exchanged, chosen.fraction);
	t.is(semiSupervised[0], semiSupervised[1]);
	const onRotations = await fingerprints(reversed, null);
	t.is(onRotations[0], onRotations[1]);
});

test.serial('progress ends at 1 and the loss falls', async t => {
	const reports: PretrainingProgress[] = [];
	const options = { ...tinyOptions, epochs: 12, decayEpochs: [11] };
	const extractor = await pretrain(await tinyData(), options, {
		onProgress: report => reports.push(report),
	});
	extractor.dispose();
	t.is(reports.at(-1)!.fraction, 1);
	t.is(reports.at(-1)!.update, 120);
	t.regex(
		reports[0].text,
		/^update 20\/120, rotation loss \d\.\d{3} \(\d+ % right\), class loss \d\.\d{3}$/u,
	);
	t.true(reports.at(-1)!.losses.class < reports[0].losses.class - 0.2);
	t.true(reports.at(-1)!.losses.rotation < reports[0].losses.rotation);
});

test.serial('on rotations only there is no class head', async t => {
	const extractor = await pretrain(await tinyData(), { ...tinyOptions, labelFraction: null });
	t.is(extractor.description.classes, null);
	t.is(extractor.description.labelledDigest, null);
	t.throws(() => tf.tidy(() => extractor.classLogits(tf.zeros([1, 16, 16, 3]))), {
		instanceOf: UsageError,
		message: 'feature extractor: it was trained on rotations only and knows no classes',
	});
	extractor.dispose();
});

test.serial('the supervised baseline sees no unlabelled image', async t => {
	const data = await tinyData();
	const { labels, pixels } = data.train;
	const fraction = tinyOptions.labelFraction!;
	const subset = new Set(selectLabelled({ labels, classes: 10, fraction, seed: 1 }));
	const imageBytes = 16 * 16 * 3;
	const blackened = pixels.map((value, index) => (subset.has(Math.floor(index / imageBytes)) ? value : 0));
	const fingerprints: string[] = [];
	for (const seen of [pixels, blackened]) {
		const extractor = await pretrain(
			{ ...data, train: memorySplit(seen, labels) },
			{ ...tinyOptions, rotationWeight: 0 },
		);
		fingerprints.push(extractor.fingerprint);
		extractor.dispose();
	}
	t.is(fingerprints[0], fingerprints[1]);
});

test.serial('crops at another resolution train too', async t => {
	const extractor = await pretrain(await tinyData(), {
		...tinyOptions,
		augmentation: { kind: 'inception-crop', smallestArea: 0.3 },
		inputResolution: 24,
		epochs: 0.3,
	});
	t.deepEqual(
		tf.tidy(() => extractor.features(tf.zeros([2, 16, 16, 3])).shape),
		[2, 32],
	);
	extractor.dispose();
});

test.serial('a loss that is not finite ends the training with the update, and nothing leaks', async t => {
	const data = await tinyData();
	const before = tf.memory().numTensors;
	await t.throwsAsync(pretrain(data, { ...tinyOptions, learningRatePer256: 1e38, warmUpEpochs: 0 }), {
		instanceOf: RunFailedError,
		message: /^pre-training: the loss is \S+ at update \d+ of 12$/u,
	});
	t.is(tf.memory().numTensors, before);
});

test.serial('an abort ends the training with its reason', async t => {
	const reason = new Error('enough');
	await t.throwsAsync(pretrain(await tinyData(), tinyOptions, { signal: AbortSignal.abort(reason) }), {
		is: reason,
	});
});

test.serial('options out of range are refused before anything is allocated', async t => {
	await t.throwsAsync(pretrain(await tinyData(), { ...tinyOptions, momentum: 2 }), {
		instanceOf: UsageError,
		message: /momentum/u,
	});
});
