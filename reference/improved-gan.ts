import { z } from 'zod';
import { type Frozen, readReference } from './read-reference.ts';
import { citationsSchema, meanAndStdSchema, provenance, quoted } from './sources.ts';

/** A table of errors: one column a number of labels; a model may leave columns out. */
const errorTable = (columns: readonly string[]) =>
	z.strictObject({
		caption: z.string(),
		labels: z.array(z.number().int()).refine(labels => labels.join() === columns.join(), 'other columns'),
		rows: z.array(
			z
				.object({ model: z.string(), note: z.string().optional() })
				.catchall(meanAndStdSchema)
				.refine(
					row => Object.keys(row).every(key => key === 'model' || key === 'note' || columns.includes(key)),
					`a cell outside the columns ${columns.join(', ')}`,
				),
		),
		note: z.string().optional(),
	});

const percent = quoted(z.number().min(0).max(100));

const resultsSchema = z.strictObject({
	schemaVersion: z.literal(1),
	paper: z.strictObject({
		title: z.string(),
		arxiv: z.string(),
		authors: z.array(z.string()),
		version: z.string(),
	}),
	/** Wrong answers of 10,000. */
	table1_mnist: errorTable(['20', '50', '100', '200']),
	/** Percent. */
	table2_cifar10: errorTable(['1000', '2000', '4000', '8000']),
	/** Percent. */
	figure5_svhn: errorTable(['500', '1000', '2000']),
	table3_inceptionScore: z.strictObject({
		caption: z.string(),
		rows: z.array(z.strictObject({ model: z.string(), is: meanAndStdSchema })),
		meaning: z.record(z.string(), z.string()),
		sources: citationsSchema,
	}),
	humanEvaluation: z.strictObject({
		mnistMTurkCorrectPercent: percent.extend({ votes: z.number().int() }),
		cifarMTurkCorrectPercent: percent,
		cifarHumanErrorPercent: percent,
		authorsAccuracyPercentAbove: percent,
		mturkCorrectTop1PercentByIS: percent,
	}),
});

/** One experiment of the released code: settings in words, numbers or lists, by name. */
const setting: z.ZodType<string | number | string[] | Record<string, string | number>> = z.union([
	z.string(),
	z.number(),
	z.array(z.string()),
	z.record(z.string(), z.union([z.string(), z.number()])),
]);
const experiment = z.record(z.string(), setting);

const experimentsSchema = z.strictObject({
	schemaVersion: z.literal(1),
	source: z.string(),
	confidence: provenance.confidence,
	shared: experiment,
	mnistFeatureMatching: experiment,
	cifarFeatureMatching: experiment,
	cifarMinibatchDiscrimination: experiment,
	svhnFeatureMatching: experiment,
	svhnMinibatchDiscrimination: experiment,
	imagenet: experiment,
	inceptionScoreCode: experiment,
	paperStatements: z.strictObject({ mnist: z.string(), cifar: z.string(), sources: citationsSchema }),
});

/** Scores of Improved Techniques for Training GANs (arXiv 1606.03498). */
export function readImprovedGanResults(): Frozen<z.infer<typeof resultsSchema>> {
	return readReference('improved-gan-results', resultsSchema);
}

/** Settings of the experiments in the released code of arXiv 1606.03498. */
export function readImprovedGanExperiments(): Frozen<z.infer<typeof experimentsSchema>> {
	return readReference('improved-gan-experiments', experimentsSchema);
}
