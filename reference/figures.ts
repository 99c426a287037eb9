import { z } from 'zod';
import { type Frozen, readReference } from './read-reference.ts';
import { citationsSchema, confidenceSchema } from './sources.ts';

const figuresSchema = z.strictObject({
	schemaVersion: z.literal(1),
	paper: z.string(),
	figures: z.array(
		z.strictObject({
			/** Number, or a range of numbers as text. */
			id: z.union([z.number().int().positive(), z.string().regex(/^\d+-\d+$/u)]),
			kind: z.string(),
			what: z.string(),
			x: z.string().optional(),
			xTicks: z.array(z.number()).optional(),
			/** Ticks that can be read; others may exist. */
			xTicksLegible: z.array(z.number()).optional(),
			series: z.array(z.string()).optional(),
			reference: z.string().optional(),
			data: z.string().optional(),
			note: z.string().optional(),
			confidence: confidenceSchema.optional(),
			sources: citationsSchema.optional(),
		}),
	),
	interpolationInReleasedColab: z.string(),
});

/** What each figure of arXiv 1903.02271v1 shows: axes, series, the tables behind it. */
export function readFigures(): Frozen<z.infer<typeof figuresSchema>> {
	return readReference('s3gan-figures', figuresSchema);
}
