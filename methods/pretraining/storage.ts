import { readNetworkFolder } from '../../harness/tensor/network-folder.ts';
import { restoreResNetV2State } from '../networks/resnet-v2/state.ts';
import {
	createFeatureExtractor,
	type FeatureExtractor,
	fingerprintOf,
	networkConfig,
} from './feature-extractor.ts';
import { extractorFormat } from './storage-format.ts';

/**
 * The network that `FeatureExtractor.save` stored in this folder.
 *
 * @throws UsageError if something is missing, malformed or changed
 */
export function loadFeatureExtractor(folder: string): FeatureExtractor {
	const { description, weights } = readNetworkFolder(folder, extractorFormat, fingerprintOf);
	const config = networkConfig(description.options, description.classes);
	return createFeatureExtractor(description, restoreResNetV2State(config, weights));
}
