import { createHash } from 'node:crypto';
import { canonicalJson } from '../../canonical-json.ts';
import type { StoredTensor } from '../../tensor/safetensors.ts';
import type { FeatureNetworkOptions } from './presets.ts';

/** Everything that decides what a feature network computes, apart from its weights. */
export interface FeatureNetworkDescription {
	readonly recipeVersion: number;
	/** Digest of the data set that it was trained on. */
	readonly dataSetDigest: string;
	/** Height and width of its images in pixels. */
	readonly resolution: number;
	/** Number of classes. */
	readonly classes: number;
	readonly options: FeatureNetworkOptions;
	/** Part of the test images that it names rightly, in [0, 1]. */
	readonly testAccuracy: number;
}

/**
 * Weights by name: `<convolution>/kernel` [3, 3, in, out] and `<convolution>/bias` [out], with the batch
 * normalisation of training folded in, `logits/kernel` [dimension, classes] and `logits/bias` [classes].
 */
export type FeatureNetworkWeights = ReadonlyMap<string, StoredTensor>;

/** SHA-256, in hex, over description and weights: equal fingerprints mean equal features of equal images. */
export function fingerprintOf(
	description: FeatureNetworkDescription,
	weights: FeatureNetworkWeights,
): string {
	const hash = createHash('sha256').update(canonicalJson(description));
	for (const [name, { shape, values }] of [...weights].sort(([a], [b]) => (a < b ? -1 : 1))) {
		hash.update(canonicalJson([name, shape]));
		hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
	}
	return hash.digest('hex');
}
