import { digestOf } from '../../canonical-json.ts';

/** Raised whenever the same options would train another network, so that no cached one is taken for it. */
export const recipeVersion = 1;

/** Recipe of a feature network. Together with the data set it decides every weight. */
export interface FeatureNetworkOptions {
	/** Channels of the first stage; they double at every halving of the resolution, up to `dimension`. */
	readonly width: number;
	/** Length d of a feature vector, the channels of the last stage. */
	readonly dimension: number;
	/** Training images seen in all, repeats among them: the cost does not grow with the data set. */
	readonly imagesSeen: number;
	/** Images per update. */
	readonly batchSize: number;
	/** Largest step size; it rises from 0 over the first fifth of the updates and falls to 0 at the end. */
	readonly learningRate: number;
	/** Nesterov momentum, in [0, 1). */
	readonly momentum: number;
	/** Pull of the kernels towards zero, per unit of step size. */
	readonly weightDecay: number;
	/** Training images are moved by up to this many pixels each way and mirrored half of the time. */
	readonly largestShift: number;
	/** Seed of initial weights and data order, in [1, 2^31 - 1]. */
	readonly seed: number;
}

export type FeatureNetworkPreset = 'smoke' | 'proxy';

const shared = {
	momentum: 0.9,
	weightDecay: 5e-4,
	seed: 1,
} as const;

/** `smoke` takes seconds on two cores at 32×32, `proxy` minutes. */
export const featureNetworkPresets: Readonly<Record<FeatureNetworkPreset, FeatureNetworkOptions>> = {
	smoke: {
		...shared,
		width: 16,
		dimension: 64,
		imagesSeen: 24_000,
		batchSize: 64,
		learningRate: 0.2,
		largestShift: 2,
	},
	proxy: {
		...shared,
		width: 32,
		dimension: 128,
		imagesSeen: 150_000,
		batchSize: 128,
		learningRate: 0.3,
		largestShift: 2,
	},
};

/**
 * Identity of the network that these options would train on this data set, 16 hex digits: the name under which a
 * grid stores it, so that it is trained once. Weights of two machines differ in their last digits under one
 * identity; `fingerprint` tells them apart.
 *
 * @param dataSetDigest `digest` of the data set
 */
export function featureNetworkId(dataSetDigest: string, options: FeatureNetworkOptions): string {
	return digestOf({ recipeVersion, dataSetDigest, options }).slice(0, 16);
}
