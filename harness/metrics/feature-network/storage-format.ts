import { z } from 'zod';
import type { NetworkFolderFormat } from '../../tensor/network-folder.ts';
import { featureNetworkOptionsSchema } from './options-schema.ts';
import type { FeatureNetworkDescription } from './weights.ts';

/** How a feature network is kept: `network.json` and `weights.safetensors`. */
export const featureNetworkFormat: NetworkFolderFormat<FeatureNetworkDescription> = {
	kind: 'feature network',
	descriptionFile: 'network.json',
	description: z.strictObject({
		recipeVersion: z.number().int(),
		dataSetDigest: z.string(),
		resolution: z.number().int().positive(),
		classes: z.number().int().positive(),
		options: featureNetworkOptionsSchema,
		testAccuracy: z.number().min(0).max(1),
	}),
};
