import { resolutions } from '../../methods/networks/big-gan/config.ts';
import { UsageError } from '../errors.ts';
import { nearestNames } from '../nearest-names.ts';
import type { Profile } from '../run/profile.ts';
import { scaledMovingAverage } from '../train/settings.ts';

// What the authors' released configuration says, at every size.
const released = {
	discriminatorSteps: 2,
	generatorLearningRate: 1e-4,
	discriminatorLearningRate: 5e-4,
	beta1: 0,
	beta2: 0.999,
	epsilon: 1e-8,
	fakeSets: 5,
} as const;

/**
 * The paper's size but for the resolution: 128 in its tables, 256 for some samples. The paper has 16 images on each of
 * 128 cores and moments over all 2048. Here a GPU passes micro-batches, and batch norm divides by their moments, so that
 * larger ones are closer to the paper. 64 at 128×128 and 16 at 256×256 are a cautious choice for 80 GB: `predictMemory`
 * says 28 and 45 GB for S3GAN (at 256×256 measuring takes more than training), but was never held against a GPU. Twice as
 * many, 50 GB at either size, are the largest that it says fit. `--micro-batch` chooses another.
 */
const paperSettings = (resolution: 128 | 256, microBatchSize: number) => (steps: number) => ({
	...released,
	resolution,
	channels: 96,
	batchSize: 2048,
	microBatchSize,
	steps,
	// At 250,000 steps decay 0.9999 from step 40,000, as in the released configuration.
	...scaledMovingAverage(steps),
	// 204,800 images, as in the released configuration.
	standingBatches: 3200,
	evaluationBatchSize: 64,
	fakesPerSet: 50_000,
});

const paperProfile = {
	defaultSteps: 250_000,
	trainCount: null,
	testCount: null,
	featureNetwork: 'proxy',
	evaluator: 'inception',
} as const;

export const profiles: readonly Profile[] = [
	{
		name: 'smoke',
		summary: 'seconds a run on one core: proves that everything works, learns next to nothing',
		defaultSteps: 60,
		trainCount: 2000,
		testCount: 500,
		featureNetwork: 'smoke',
		pretraining: 'smoke',
		evaluator: 'proxy',
		settings: steps => ({
			...released,
			resolution: 32,
			channels: 8,
			batchSize: 16,
			steps,
			...scaledMovingAverage(steps),
			standingBatches: 8,
			evaluationBatchSize: 64,
			fakesPerSet: 256,
		}),
	},
	{
		name: 'proxy-32',
		summary: '32×32, learns something real in minutes to an hour on a CPU',
		defaultSteps: 2000,
		trainCount: null,
		testCount: null,
		featureNetwork: 'proxy',
		pretraining: 'proxy-32',
		evaluator: 'proxy',
		settings: steps => ({
			...released,
			resolution: 32,
			channels: 16,
			batchSize: 64,
			steps,
			...scaledMovingAverage(steps),
			standingBatches: 50,
			evaluationBatchSize: 64,
			fakesPerSet: 2000,
		}),
	},
	{
		...paperProfile,
		name: 'imagenet-128',
		summary: 'the paper’s: 128×128, ch 96, batch 2048, 250,000 steps; GPU-months a run',
		pretraining: 'imagenet-128',
		settings: paperSettings(128, 64),
	},
	{
		...paperProfile,
		name: 'imagenet-256',
		summary:
			'the paper’s at 256×256, with the learning rates of 128×128: the re-tuned ones are not published',
		pretraining: 'imagenet-128',
		settings: paperSettings(256, 16),
	},
];

/** For help: what a profile may be called. */
export const profileNames = `${profiles.map(({ name }) => name).join(', ')}; or NAME@RESOLUTION, with ${resolutions.join(', ')}`;

/**
 * The profile of this name; `NAME@RESOLUTION` is one at another resolution, all else as in the profile.
 *
 * @throws UsageError if there is no such profile, or there are no networks of that resolution
 */
export function findProfile(name: string): Profile {
	const at = name.lastIndexOf('@');
	if (at !== -1) return atResolution(findProfile(name.slice(0, at)), name.slice(at + 1));
	const found = profiles.find(profile => profile.name === name);
	if (found) return found;
	const names = profiles.map(profile => profile.name);
	const near = nearestNames(name, names);
	throw new UsageError(
		`profile: there is no profile '${name}'`,
		`${near.length > 0 ? `did you mean ${near.join(' or ')}? ` : ''}Profiles: ${names.join(', ')}`,
	);
}

function atResolution(profile: Profile, text: string): Profile {
	const resolution = resolutions.find(each => String(each) === text);
	if (resolution === undefined) {
		throw new UsageError(
			`profile ${profile.name}@${text}: there are no networks for ${text}×${text} pixels`,
			`resolutions: ${resolutions.join(', ')}`,
		);
	}
	if (profile.settings(1).resolution === resolution) return profile;
	return {
		...profile,
		name: `${profile.name}@${resolution}`,
		summary: `${profile.name} at ${resolution}×${resolution}`,
		settings: steps => ({ ...profile.settings(steps), resolution }),
	};
}
