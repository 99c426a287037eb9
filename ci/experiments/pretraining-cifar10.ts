/**
 * Does the rotation task help the classifier of §3.1? Trains the same network, on the same labelled images, with the
 * same number of updates and the same schedule, three times:
 *
 *   semi-supervised    Eq. 2: B unlabelled and batch − B labelled images an update
 *   supervised         the γ term only, batch − B labelled images an update
 *   supervised-full    the γ term only, a whole batch of labelled images an update (as many images as Eq. 2 sees)
 *
 * and prints a JSON line for each, with the errors on the held-out images. From the repository root:
 *
 *   node --import ./harness/runtime/register-typescript.js ci/experiments/pretraining-cifar10.ts cifar10:DIR \
 *     [--epochs 2] [--widening 1] [--labels 0.1] [--seed 1] [--rate 1] [--class-weight 0.5] [--only NAME,NAME]
 *
 * Defaults are those of the profile `proxy-32`; the schedule is stretched with the epochs.
 */
import { parseArgs } from 'node:util';
import { loadDataSet } from '../../harness/data/load.ts';
import { classificationErrors, inferLabels } from '../../methods/pretraining/infer-labels.ts';
import { type PretrainingOptions, pretrainingPresets } from '../../methods/pretraining/options.ts';
import { pretrain } from '../../methods/pretraining/pretrain.ts';

const preset: PretrainingOptions = pretrainingPresets['proxy-32'];
const { positionals, values } = parseArgs({
	allowPositionals: true,
	options: {
		epochs: { type: 'string', default: String(preset.epochs) },
		widening: { type: 'string', default: String(preset.widening) },
		labels: { type: 'string', default: '0.1' },
		seed: { type: 'string', default: '1' },
		rate: { type: 'string', default: String(preset.learningRatePer256) },
		'class-weight': { type: 'string', default: String(preset.classWeight) },
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
	epochs: preset.epochs * stretch,
	warmUpEpochs: preset.warmUpEpochs * stretch,
	decayEpochs: preset.decayEpochs.map(epoch => epoch * stretch),
};
const variants: Readonly<Record<string, PretrainingOptions>> = {
	'semi-supervised': shared,
	supervised: { ...shared, rotationWeight: 0 },
	'supervised-full': { ...shared, rotationWeight: 0, unlabelledPerBatch: 0 },
};

const dataSet = await loadDataSet(positionals[0] ?? 'shapes', { resolution: 32 });
for (const [name, options] of Object.entries(variants)) {
	if (values.only !== undefined && !values.only.split(',').includes(name)) continue;
	const start = performance.now();
	const extractor = await pretrain(dataSet, options, ({ text }) =>
		process.stderr.write(`${name}: ${text}\n`),
	);
	const seconds = Math.round((performance.now() - start) / 1000);
	const { test } = dataSet;
	const upright = classificationErrors(inferLabels(extractor, test), test.labels);
	const averaged = classificationErrors(
		inferLabels(extractor, test, { views: 'four-rotations' }),
		test.labels,
	);
	extractor.dispose();
	process.stdout.write(
		`${JSON.stringify({ name, data: dataSet.name, labels: options.labelFraction, seed: options.seed, epochs: options.epochs, widening: options.widening, seconds, upright, averaged })}\n`,
	);
}
