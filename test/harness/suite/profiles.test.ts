import test from 'ava';
import { findProfile } from '../../../harness/suite/profiles.ts';
import { bigGanConfig } from '../../../methods/networks/big-gan/config.ts';
import { findPretrainingPreset } from '../../../methods/pretraining/options.ts';
import { readArchitecture } from '../../../reference/architecture.ts';
import { readHyperparameters } from '../../../reference/hyperparameters.ts';

const { gan, evaluation, pretraining } = readHyperparameters();

test('imagenet-128 has every number of the paper, and the learning rates that were released', t => {
	const profile = findProfile('imagenet-128');
	t.is(profile.defaultSteps, gan.generatorSteps.value);
	const { microBatchSize, ...settings } = profile.settings(profile.defaultSteps);
	t.deepEqual(settings, {
		resolution: 128,
		channels: readArchitecture().channelMultiplier.ch,
		batchSize: gan.batchSize.value,
		steps: gan.generatorSteps.value,
		discriminatorSteps: gan.discriminatorStepsPerGeneratorStep.value,
		generatorLearningRate: gan.learningRateGReleasedConfig.value,
		discriminatorLearningRate: gan.learningRateDReleasedConfig.value,
		beta1: gan.beta1.value,
		beta2: gan.beta2.value,
		// TensorFlow 1's default.
		epsilon: 1e-8,
		emaDecay: gan.generatorEma.value.decay,
		emaStartStep: gan.generatorEma.value.startStep,
		// 204,800 images by 64 in the released configuration.
		standingBatches: 204_800 / 64,
		evaluationBatchSize: 64,
		fakeSets: evaluation.fakeSets.value,
		fakesPerSet: evaluation.fakeImages.value,
	});
	t.deepEqual([gan.resolution.value[0], gan.resolution.value[1]], [128, 128]);
	t.is(bigGanConfig({ resolution: 128 }).latentSize, gan.zDim.value);
	t.is(gan.batchSize.value % microBatchSize!, 0);
	t.is(profile.evaluator, 'inception');
	t.is(profile.trainCount, null);
	t.is(profile.testCount, null);
});

test('imagenet-256 differs in resolution and micro-batch alone', t => {
	const [at128, at256] = ['imagenet-128', 'imagenet-256'].map(name => findProfile(name).settings(250_000));
	t.deepEqual({ ...at256, resolution: 128, microBatchSize: at128.microBatchSize }, at128);
	t.is(at256.resolution, 256);
	t.is(at256.batchSize % at256.microBatchSize!, 0);
});

test('both pre-train by the paper’s recipe', t => {
	for (const name of ['imagenet-128', 'imagenet-256']) {
		const recipe = findPretrainingPreset(findProfile(name).pretraining);
		t.is(recipe.widening, 16);
		t.is(recipe.epochs, pretraining.epochs.value);
		t.is(recipe.batchSize, pretraining.batchSize.value);
		t.is(recipe.unlabelledPerBatch, pretraining.unlabeledPerBatchB.value);
		t.is(recipe.classWeight, pretraining.gamma.value);
	}
});

test('a shorter training keeps the proportions of the moving average', t => {
	const { emaDecay, emaStartStep } = findProfile('imagenet-128').settings(25_000);
	t.is(emaDecay, 0.999);
	t.is(emaStartStep, 4000);
});
