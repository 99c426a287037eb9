/**
 * Does the rotation task help the classifier of §3.1? Trains the same network on the same labelled images, with the
 * same number of updates and the same schedule:
 *
 *   semi-supervised    Eq. 2: B unlabelled and batch − B labelled images an update
 *   supervised         the γ term only, batch − B labelled images an update
 *   supervised-full    the γ term only, a whole batch of labelled images an update (as many images as Eq. 2 sees)
 *
 * and prints a JSON line for each, with the errors on held-out images. From the repository root:
 *
 *   node --import ./harness/runtime/register-typescript.js ci/experiments/pretraining-cifar10.ts cifar10:DIR \
 *     [--train 20000] [--validate 5000] [--only NAME,NAME] [--epochs 2] [--widening 1] [--labels 0.1] [--seed 1] \
 *     [--rate 1] [--class-weight 0.5] [--unlabelled 48] [--weight-decay 1e-4]
 *
 * `--validate` looks at that many training images that no training here sees, in place of the test images: settings
 * are to be chosen with it. `--train` trains on that many of the others. Defaults are those of the profile `proxy-32`;
 * the schedule is stretched with the epochs, and the rate of `--rate` is for 256 images.
 */
import { parseArgs } from 'node:util';
import { digestOf } from '../../harness/canonical-json.ts';
import { selectBalanced } from '../../harness/data/balanced-subset.ts';
import type { DataSet, ImageSplit } from '../../harness/data/data-set.ts';
import { loadDataSet } from '../../harness/data/load.ts';
import { memorySplit } from '../../harness/data/memory-split.ts';
import { createStream } from '../../harness/tensor/random.ts';
import { classificationErrors, inferLabels } from '../../methods/pretraining/infer-labels.ts';
import { type PretrainingOptions, pretrainingPresets } from '../../methods/pretraining/options.ts';
import { pretrain } from '../../methods/pretraining/pretrain.ts';

const preset: PretrainingOptions = pretrainingPresets['proxy-32'];
const { positionals, values } = parseArgs({
	allowPositionals: true,
	options: {
		train: { type: 'string' },
		validate: { type: 'string' },
		epochs: { type: 'string', default: String(preset.epochs) },
		widening: { type: 'string', default: String(preset.widening) },
		labels: { type: 'string', default: '0.1' },
		seed: { type: 'string', default: '1' },
		rate: { type: 'string', default: String(preset.learningRatePer256) },
		'class-weight': { type: 'string', default: String(preset.classWeight) },
		unlabelled: { type: 'string', default: String(preset.unlabelledPerBatch) },
		'weight-decay': { type: 'string', default: String(preset.weightDecay) },
		only: { type: 'string' },
	},
});
const stretch = Number(values.epochs) / preset.epochs;
const shared: PretrainingOptions = {
	...preset,
	labelFraction: Number(values.labels),
	widening: Number(values.widening),
	seed: Number(values.seed),
	learningRatePer256: Number(values.rate),
	classWeight: Number(values['class-weight']),
	unlabelledPerBatch: Number(values.unlabelled),
	weightDecay: Number(values['weight-decay']),
	epochs: preset.epochs * stretch,
	warmUpEpochs: preset.warmUpEpochs * stretch,
	decayEpochs: preset.decayEpochs.map(epoch => epoch * stretch),
};
const variants: Readonly<Record<string, PretrainingOptions>> = {
	'semi-supervised': shared,
	supervised: { ...shared, rotationWeight: 0 },
	'supervised-full': { ...shared, rotationWeight: 0, unlabelledPerBatch: 0 },
};

function imagesAt(split: ImageSplit, indices: Uint32Array): ImageSplit {
	return memorySplit(
		split.read(indices),
		Int32Array.from(indices, index => split.labels[index]),
	);
}

/** The data set with fewer training images, and others of them held out in place of the test images. */
function divide(
	dataSet: DataSet,
	trainCount: number | undefined,
	validationCount: number | undefined,
): DataSet {
	const { train, test, classNames } = dataSet;
	const classes = classNames.length;
	const choose = (labels: Int32Array, count: number, name: string): Uint32Array =>
		selectBalanced(labels, classes, count, createStream(1, name), name);
	const held = new Set(validationCount ? choose(train.labels, validationCount, 'validation') : []);
	const rest = Uint32Array.from({ length: train.count }, (_, index) => index).filter(
		index => !held.has(index),
	);
	const others = imagesAt(train, rest);
	const chosen = trainCount ? choose(others.labels, trainCount, 'training') : undefined;
	return {
		...dataSet,
		digest: digestOf([dataSet.digest, trainCount ?? null, validationCount ?? null]),
		train: chosen ? imagesAt(others, chosen) : others,
		test: validationCount ? imagesAt(train, Uint32Array.from(held)) : test,
	};
}

const toCount = (text: string | undefined): number | undefined =>
	text === undefined ? undefined : Number(text);
const dataSet = divide(
	await loadDataSet(positionals[0] ?? 'shapes', { resolution: 32 }),
	toCount(values.train),
	toCount(values.validate),
);
for (const [name, options] of Object.entries(variants)) {
	if (values.only !== undefined && !values.only.split(',').includes(name)) continue;
	const start = performance.now();
	const extractor = await pretrain(dataSet, options, {
		onProgress: ({ text }) => process.stderr.write(`${name}: ${text}\n`),
	});
	const seconds = Math.round((performance.now() - start) / 1000);
	const { test } = dataSet;
	const upright = classificationErrors(inferLabels(extractor, test), test.labels);
	extractor.dispose();
	const { train, validate } = values;
	const { epochs, widening, labelFraction, seed, classWeight, unlabelledPerBatch, weightDecay } = options;
	const settings = { epochs, widening, labelFraction, seed, classWeight, unlabelledPerBatch, weightDecay };
	const rate = options.learningRatePer256;
	process.stdout.write(
		`${JSON.stringify({ name, data: dataSet.name, train, validate, ...settings, rate, seconds, upright })}\n`,
	);
}
