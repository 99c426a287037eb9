import { UsageError } from '../errors.ts';
import type { FeatureNetworkPreset } from '../metrics/feature-network/presets.ts';
import { nearestNames } from '../nearest-names.ts';
import { scaledMovingAverage, type TrainingSettings } from '../train/settings.ts';

/** A size of experiment: everything but the method, the data and the seed. */
export interface Profile {
	readonly name: string;
	/** One sentence for people. */
	readonly summary: string;
	/** Generator steps unless the command line says otherwise. */
	readonly defaultSteps: number;
	/** Images taken from the data set (class-balanced); null for all. */
	readonly trainCount: number | null;
	readonly testCount: number | null;
	/** The feature network of the proxy scores. */
	readonly featureNetwork: FeatureNetworkPreset;
	/** The settings of a training of this many generator steps. */
	settings(steps: number): TrainingSettings;
}

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
