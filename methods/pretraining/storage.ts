import { UsageError } from '../../harness/errors.ts';
import { restoreResNetV2State } from '../networks/resnet-v2/state.ts';
import {
	createFeatureExtractor,
	type FeatureExtractor,
	fingerprintOf,
	networkConfig,
} from './feature-extractor.ts';
import { readStoredExtractor } from './storage-format.ts';

/**
 * The network that `FeatureExtractor.save` stored in this folder.
 *
 * @throws UsageError if something is missing, malformed or changed
 */
export function loadFeatureExtractor(folder: string): FeatureExtractor {
	const { description, fingerprint, weights } = readStoredExtractor(folder);
	const actual = fingerprintOf(description, weights);
	if (actual !== fingerprint) {
		throw new UsageError(
			`${folder}: not a stored feature extractor: its fingerprint is ${fingerprint.slice(0, 12)}…, but its files have ${actual.slice(0, 12)}…`,
			'delete that folder: the network will be trained again',
		);
	}
	const config = networkConfig(description.options, description.classes);
	return createFeatureExtractor(description, restoreResNetV2State(config, weights));
}
