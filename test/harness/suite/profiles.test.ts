import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { possibleMicroBatches } from '../../../harness/run/possible-options.ts';
import { largestMicroBatch, predictMemory } from '../../../harness/suite/cost/memory.ts';
import { trainingShape } from '../../../harness/suite/cost/step-work.ts';
import { findProfile, profiles } from '../../../harness/suite/profiles.ts';
import { bigGanConfig } from '../../../methods/networks/big-gan/config.ts';
import { findPretrainingPreset } from '../../../methods/pretraining/options.ts';
import { loadMethod, parseMethodOptions } from '../../../methods/registry.ts';
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

test('the micro-batches of the paper’s profiles are what their comment says of 80 GB', async t => {
	const { method } = await loadMethod('s3gan');
	const options = parseMethodOptions(method, {});
	for (const [name, gigabytes, ofTwice] of [
		['imagenet-128', 28, 50],
		['imagenet-256', 45, 50],
	] as const) {
		const settings = findProfile(name).settings(250_000);
		const { microBatchSize: images } = settings;
		const shape = (microBatchSize: number) =>
			trainingShape(method, options, { ...settings, microBatchSize }, 1000);
		const inGigabytes = (microBatchSize: number): number =>
			Math.round(predictMemory(shape(microBatchSize)).peak / 1e9);
		t.deepEqual([images!, 2 * images!].map(inGigabytes), [gigabytes, ofTwice]);
		const sizes = possibleMicroBatches(method, options, settings);
		t.is(largestMicroBatch(shape, sizes, 80e9).images, 2 * images!);
	}
});

test('a profile at another resolution is the same but for that, and knows its name again', t => {
	const smoke = findProfile('smoke');
	const at64 = findProfile('smoke@64');
	t.is(at64.name, 'smoke@64');
	t.deepEqual(at64.settings(10), { ...smoke.settings(10), resolution: 64 });
	t.like(at64, { trainCount: smoke.trainCount, pretraining: smoke.pretraining, evaluator: smoke.evaluator });
	t.is(findProfile('imagenet-128@512').settings(1).resolution, 512);
	for (const profile of profiles) {
		t.is(findProfile(`${profile.name}@${profile.settings(1).resolution}`), profile, 'the profile itself');
	}
	for (const name of ['smoke@48', 'smoke@', 'smoke@6.4e1']) {
		const error = t.throws<UsageError>(() => findProfile(name), { instanceOf: UsageError });
		t.is(error.fix, 'resolutions: 32, 64, 128, 256, 512');
	}
	t.throws(() => findProfile('smok@64'), { message: "profile: there is no profile 'smok'" });
});
