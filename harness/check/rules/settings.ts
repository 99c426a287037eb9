import { readHyperparameters } from '../../../reference/hyperparameters.ts';
import type { FinishedRun } from '../read-grid.ts';
import { isManifest, type Manifest } from '../read-manifest.ts';
import { placeOfRun, type Rule, type Violation } from '../rule.ts';

/** What a setting or option must be: one of these values. */
type Card = Readonly<Record<string, readonly unknown[]>>;

/** The profile that repeats the paper's size; the others are smaller on purpose, in size alone. */
const paperProfile = 'imagenet-128';

export const settings: Rule = {
	name: 'settings',
	summary:
		"settings and options are the paper's or those of the released configuration; in size for imagenet-128",
	check({ finished }) {
		const cards = { paper: settingsCard(true), smaller: settingsCard(false) };
		return finished.flatMap(run =>
			checkRun(run, run.result.profile === paperProfile ? cards.paper : cards.smaller),
		);
	},
};

function checkRun({ run, manifest }: FinishedRun, card: Card): Violation[] {
	if (!isManifest(manifest)) return [];
	return [
		...departures(manifest.identity.settings, card, 'setting'),
		...departures(manifest.identity.options, optionsCard(manifest), 'option'),
	].map(words => ({ ...placeOfRun(run), ...words }));
}

function departures(values: Readonly<Record<string, unknown>>, card: Card, kind: string) {
	return Object.entries(card)
		.filter(([name, allowed]) => values[name] !== undefined && !allowed.includes(values[name]))
		.map(([name, allowed]) => ({
			expected: `${kind} ${name} ${allowed.join(' or ')}`,
			actual: String(values[name]),
		}));
}

/** Section 4 of the paper, and the released configuration where it differs from the text. */
function settingsCard(paperSize: boolean): Card {
	const { gan, evaluation } = readHyperparameters();
	const shared: Card = {
		discriminatorSteps: [gan.discriminatorStepsPerGeneratorStep.value],
		beta1: [gan.beta1.value],
		beta2: [gan.beta2.value],
		generatorLearningRate: [gan.learningRateG.value, gan.learningRateGReleasedConfig.value],
		discriminatorLearningRate: [gan.learningRateD.value, gan.learningRateDReleasedConfig.value],
		fakeSets: [evaluation.fakeSets.value],
	};
	if (!paperSize) return shared;
	return {
		...shared,
		resolution: [gan.resolution.value[0]],
		channels: [96],
		batchSize: [gan.batchSize.value],
		steps: [gan.generatorSteps.value],
		emaDecay: [gan.generatorEma.value.decay],
		emaStartStep: [gan.generatorEma.value.startStep],
		fakesPerSet: [evaluation.fakeImages.value],
	};
}

/** Weights of the rotation losses; a method without these options is not concerned. */
function optionsCard({ identity }: Manifest): Card {
	const { selfSupervision } = readHyperparameters();
	// The paper names 0.5 for S3GAN and 1 for the co-training and unsupervised methods.
	const beta = identity.method === 's3gan' ? 0.5 : 1;
	return {
		generatorRotationWeight: [selfSupervision.alphaG.value],
		discriminatorRotationWeight: [beta],
	};
}
