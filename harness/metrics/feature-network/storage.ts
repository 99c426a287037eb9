import { createFeatureNetwork, type FeatureNetwork } from './feature-network.ts';
import { readStoredFeatureNetwork } from './storage-format.ts';

/**
 * The network that `FeatureNetwork.save` stored in this folder.
 *
 * @throws UsageError if something is missing, malformed or changed
 */
export function loadFeatureNetwork(folder: string): FeatureNetwork {
	const { description, weights } = readStoredFeatureNetwork(folder);
	return createFeatureNetwork(description, weights);
}
