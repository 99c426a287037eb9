import { z } from 'zod';
import { type Frozen, readReference } from './read-reference.ts';
import { meanAndStdSchema, provenance, quoted } from './sources.ts';

const median = quoted(z.number().positive());
const percent = z.number().positive().max(100);
const fractions = <Schema extends z.ZodType>(schema: Schema) =>
	z.strictObject({ '5': schema, '10': schema, '20': schema });
const scores = <Schema extends z.ZodType>(schema: Schema) => ({ fid: schema, is: schema });

const note = z.string().optional();
const ocrNote = z.string().optional();
const caption = z.string();

const table = <Schema extends z.ZodType>(cell: Schema, methods: readonly [string, ...string[]]) =>
	z.strictObject({
		caption,
		rows: z
			.array(z.strictObject({ method: z.enum(methods), ...scores(cell), note }))
			.length(methods.length)
			.refine(rows => new Set(rows.map(row => row.method)).size === rows.length, 'a method stands twice'),
		note,
		ocrNote,
	});

const withoutLabels = [
	'RANDOM LABEL',
	'SINGLE LABEL',
	'SINGLE LABEL (SS)',
	'CLUSTERING',
	'CLUSTERING (SS)',
] as const;
const withFewLabels = ['S2GAN', 'S2GAN-CO', 'S3GAN', 'S3GAN-CO'] as const;

const resultsSchema = z.strictObject({
	schemaVersion: z.literal(1),
	paper: z.strictObject({
		title: z.string(),
		arxiv: z.string(),
		version: z.string(),
		authors: z.array(z.string()),
	}),
	dataset: z.string(),
	protocol: z.strictObject({
		fidRealImages: z.number().int(),
		fidFakeImages: z.number().int(),
		isFakeImages: z.number().int(),
		fakeSetsPerModel: z.number().int(),
		seedsPerModel: z.number().int(),
		reported: z.string(),
		stdEstimator: z.strictObject({ value: z.string(), confidence: provenance.confidence, why: z.string() }),
		truncationTrick: z.boolean(),
		sources: provenance.sources,
	}),
	baselineBigGAN: z.strictObject({
		reimplementation: z.strictObject({
			...scores(median),
			labels: z.literal('100%'),
			meanStd: z.null(),
			note: z.string(),
		}),
		quotedFromOthers: z.array(z.strictObject({ what: z.string(), fid: median })),
	}),
	table1: z.strictObject({
		caption,
		rows: z.array(z.strictObject({ method: z.string(), description: z.string() })),
		...provenance,
	}),
	/** Medians without labels. */
	table2: table(median, withoutLabels),
	/** Errors of the pre-trained classifier, percent. */
	table3: z.strictObject({
		caption,
		rows: z.array(
			z.strictObject({ metric: z.enum(['top1Error', 'top5Error']), ...fractions(quoted(percent)).shape }),
		),
		note,
	}),
	/** Medians with 5, 10 and 20 % of the labels. */
	table4: table(fractions(median), withFewLabels),
	/** Medians of hard against soft labels. */
	table5: table(fractions(median), ['S2GAN', 'S2GAN +SOFT']),
	fewerThan5Percent: z.strictObject({
		method: z.literal('S3GAN'),
		labels: z.literal('2.5%'),
		...scores(median),
	}),
	/** Mean and standard deviation behind Table 4. */
	table12: table(fractions(meanAndStdSchema), withFewLabels),
	/** Mean and standard deviation behind Table 5. */
	table13: table(fractions(meanAndStdSchema), ['S2GAN', 'S2GAN SOFT']),
	/** Mean and standard deviation behind Table 2. */
	table14: table(meanAndStdSchema, withoutLabels),
	claims: z.array(z.strictObject({ claim: z.string() })),
	releasedModels: z.strictObject({
		note: z.string(),
		rows: z.array(z.strictObject({ model: z.string(), fid: z.number(), is: z.number() })),
		...provenance,
		confirmedRows: z.string(),
	}),
});
export type Results = Frozen<z.infer<typeof resultsSchema>>;

/** Every table of scores of arXiv 1903.02271v1, and the scores of the models released after it. */
export function readResults(): Results {
	return readReference('s3gan-results', resultsSchema);
}
