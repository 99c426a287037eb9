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

export const profiles: readonly Profile[] = [
	{
		name: 'smoke',
		summary: 'seconds a run on one core: proves that everything works, learns next to nothing',
		defaultSteps: 60,
		trainCount: 2000,
		testCount: 500,
		featureNetwork: 'smoke',
		pretraining: 'smoke',
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
];

/** @throws UsageError if there is no such profile */
export function findProfile(name: string): Profile {
	const found = profiles.find(profile => profile.name === name);
	if (found) return found;
	const names = profiles.map(profile => profile.name);
	const near = nearestNames(name, names);
	throw new UsageError(
		`profile: there is no profile '${name}'`,
		`${near.length > 0 ? `did you mean ${near.join(' or ')}? ` : ''}Profiles: ${names.join(', ')}`,
	);
}
