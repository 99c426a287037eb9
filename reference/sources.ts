import { z } from 'zod';
import { type Frozen, readReference } from './read-reference.ts';

/** How sure a number is; the legend in sources.json spells each mark out. */
export const confidenceSchema = z.enum([
	'confirmed',
	'two-captures',
	'consistent',
	'single',
	'code',
	'recalled',
	'ambiguous',
]);
export type Confidence = z.infer<typeof confidenceSchema>;

const sourcesSchema = z.strictObject({
	schemaVersion: z.literal(1),
	note: z.string(),
	/** Exhaustive: a mark without an explanation, or the other way round, is refused. */
	confidenceLegend: z.record(confidenceSchema, z.string().min(1)),
	/** Key of a source -> what it is, for people. */
	sources: z.record(z.string(), z.string().min(1)),
});

/** Explains the confidence marks and the keys under which the other files cite their sources. */
export function readSources(): Frozen<z.infer<typeof sourcesSchema>> {
	return readReference('sources', sourcesSchema);
}

/** Key of a citation: `compare_gan (resnet_biggan_test.py)` -> `compare_gan`. */
export function sourceKey(citation: string): string {
	return citation.replace(/ \(.*\)$/su, '');
}

/** One or more citations, each of a known source. */
export const citationsSchema = z
	.array(
		z.string().refine(citation => Object.hasOwn(readSources().sources, sourceKey(citation)), {
			error: issue => `unknown source '${String(issue.input)}': expected a key of reference/sources.json`,
		}),
	)
	.min(1);

/** What every quoted value carries. */
export const provenance = { confidence: confidenceSchema, sources: citationsSchema };

/** A quoted value of this type with its provenance. */
export function quoted<Schema extends z.ZodType>(schema: Schema) {
	return z.strictObject({ value: schema, ...provenance, note: z.string().optional() });
}

/** A quoted mean with its spread; null where the paper prints none. */
export const meanAndStdSchema = z.strictObject({
	mean: z.number(),
	std: z.number().nonnegative().nullable(),
	...provenance,
	/** Given where the spread is less sure than the mean. */
	stdConfidence: confidenceSchema.optional(),
});
