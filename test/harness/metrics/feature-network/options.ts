import type { FeatureNetworkOptions } from '../../../../harness/metrics/feature-network/presets.ts';

/** A network that trains in a second. */
export const smallOptions: FeatureNetworkOptions = {
	width: 8,
	dimension: 16,
	imagesSeen: 1200,
	batchSize: 30,
	learningRate: 0.1,
	momentum: 0.9,
	weightDecay: 5e-4,
	largestShift: 1,
	seed: 1,
};
