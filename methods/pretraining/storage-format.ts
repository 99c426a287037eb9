import { z } from 'zod';
import type { NetworkFolderFormat } from '../../harness/tensor/network-folder.ts';
import type { ExtractorDescription } from './feature-extractor.ts';
import { pretrainingOptionsSchema } from './options-schema.ts';

/** How a feature extractor is kept: `extractor.json` and `weights.safetensors`. */
export const extractorFormat: NetworkFolderFormat<ExtractorDescription> = {
	kind: 'feature extractor',
	descriptionFile: 'extractor.json',
	description: z.strictObject({
		recipeVersion: z.number().int(),
		dataSetDigest: z.string(),
		resolution: z.number().int().positive(),
		classes: z.number().int().min(2).nullable(),
		labelledDigest: z.string().nullable(),
		options: pretrainingOptionsSchema,
	}),
};
