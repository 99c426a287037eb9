import { z } from 'zod';
import { type Frozen, readReference } from './read-reference.ts';
import { citationsSchema, confidenceSchema, provenance, quoted } from './sources.ts';

const spread = z.strictObject({ mean: z.number(), std: z.number().nonnegative().nullable() });
const truncated = z.strictObject({ fid: spread, is: spread });

const bigGanSchema = z.strictObject({
	schemaVersion: z.literal(1),
	paper: z.strictObject({ title: z.string(), arxiv: z.string(), authors: z.array(z.string()) }),
	table1: z.strictObject({
		caption: z.string(),
		rows: z.array(
			z.strictObject({
				batch: z.number().int().positive(),
				ch: z.number().int().positive(),
				/** Generator and discriminator together, in millions. */
				paramsM: z.number().positive(),
				shared: z.union([z.boolean(), z.literal('SA-GAN baseline')]),
				skipZ: z.boolean().nullable(),
				ortho: z.boolean().nullable(),
				itrThousands: spread,
				fid: spread,
				is: spread,
				...provenance,
				note: z.string().optional(),
			}),
		),
	}),
	table2_128: z.strictObject({
		caption: z.string(),
		rows: z.array(
			z.strictObject({
				model: z.string(),
				noTruncation: truncated,
				minFid: truncated.optional(),
				validIs: truncated.optional(),
				maxIs: truncated.optional(),
				confidence: confidenceSchema,
				sources: citationsSchema.optional(),
				note: z.string().optional(),
			}),
		),
	}),
	realData: z.strictObject({ is: quoted(z.number()) }),
	hyperparameters: z.strictObject({
		optimizer: z.string(),
		lrD: z.number(),
		lrG: z.number(),
		dStepsPerG: z.number().int(),
		batch: z.number().int(),
		zDim: z.number().int(),
		emaDecay: z.number(),
		confidence: confidenceSchema,
		note: z.string(),
	}),
});

/** Tables 1 and 2 of BigGAN (arXiv 1809.11096) at 128×128: the origin of the networks. */
export function readBigGan(): Frozen<z.infer<typeof bigGanSchema>> {
	return readReference('biggan-results', bigGanSchema);
}
