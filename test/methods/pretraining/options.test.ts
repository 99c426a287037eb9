import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import {
	findPretrainingPreset,
	type PretrainingOptions,
	pretrainingId,
	pretrainingPresets,
} from '../../../methods/pretraining/options.ts';
import { requirePretrainingOptions } from '../../../methods/pretraining/options-schema.ts';
import { readHyperparameters } from '../../../reference/hyperparameters.ts';

const smoke: PretrainingOptions = pretrainingPresets.smoke;

for (const name of Object.keys(pretrainingPresets)) {
	test(`the preset ${name} is in range`, t => {
		t.notThrows(() => requirePretrainingOptions(findPretrainingPreset(name)));
	});
}

test('an unknown preset is refused with the nearest name', t => {
	t.throws(() => findPretrainingPreset('smok'), {
		instanceOf: UsageError,
		message: "pre-training profile: there is no profile 'smok'",
	});
});

test('the identity depends on the data and on every option', t => {
	const id = pretrainingId('data', smoke);
	t.regex(id, /^[0-9a-f]{16}$/u);
	t.is(pretrainingId('data', { ...smoke }), id);
	t.not(pretrainingId('other', smoke), id);
	t.not(pretrainingId('data', { ...smoke, subsetSeed: 2 }), id);
	t.not(pretrainingId('data', { ...smoke, labelFraction: null }), id);
});

const bad: ReadonlyArray<readonly [Partial<PretrainingOptions>, RegExp]> = [
	[{ labelFraction: 0 }, /labelFraction/u],
	[{ labelFraction: 1.5 }, /labelFraction/u],
	[{ momentum: 1 }, /momentum/u],
	[{ seed: 0 }, /seed/u],
	[{ labelFraction: null, rotationWeight: 0 }, /neither a rotation nor a class term/u],
	[{ classWeight: 0 }, /classWeight: expected a number above 0 with labels, got 0/u],
	[{ unlabelledPerBatch: 32 }, /unlabelledPerBatch: expected less than the batch size, 32, got 32/u],
	[{ microBatchSize: 5 }, /microBatchSize: expected a divisor of the batch size, 32, got 5/u],
	[
		{ unlabelledPerBatch: 0, learningRateImages: 'unlabelled' },
		/learningRateImages: 'unlabelled' makes the step size 0/u,
	],
];

for (const [overrides, message] of bad) {
	test(`${JSON.stringify(overrides)} is refused`, t => {
		t.throws(() => requirePretrainingOptions({ ...smoke, ...overrides }), {
			instanceOf: UsageError,
			message,
		});
	});
}

test('the preset imagenet-128 is what the paper says', t => {
	const preset: PretrainingOptions = pretrainingPresets['imagenet-128'];
	const { pretraining: paper } = readHyperparameters();
	t.is(preset.epochs, paper.epochs.value);
	t.is(preset.batchSize, paper.batchSize.value);
	t.is(preset.unlabelledPerBatch, paper.unlabeledPerBatchB.value);
	t.is(preset.classWeight, paper.gamma.value);
	t.is(paper.warmup.value, `linear, first ${preset.warmUpEpochs} epochs`);
	t.is(paper.decay.value, `x0.1 at epoch ${preset.decayEpochs[0]} and epoch ${preset.decayEpochs[1]}`);
	t.is(paper.network.value, `wide ResNet-50 v2, widening factor ${preset.widening}`);
	t.deepEqual(preset.unitsPerStage, [3, 4, 6, 3]);
});
