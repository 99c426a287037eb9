import { readNetworkFolder } from '../../tensor/network-folder.ts';
import { createFeatureNetwork, type FeatureNetwork } from './feature-network.ts';
import { featureNetworkFormat } from './storage-format.ts';
import { fingerprintOf } from './weights.ts';

/**
 * The network that `FeatureNetwork.save` stored in this folder.
 *
 * @throws UsageError if something is missing, malformed or changed
 */
export function loadFeatureNetwork(folder: string): FeatureNetwork {
	const { description, weights } = readNetworkFolder(folder, featureNetworkFormat, fingerprintOf);
	return createFeatureNetwork(description, weights);
}
