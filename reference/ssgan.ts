import { z } from 'zod';
import { type Frozen, readReference } from './read-reference.ts';
import { provenance, quoted } from './sources.ts';

const spread = z.strictObject({ mean: z.number(), std: z.number().nonnegative() });
const fidCell = z.strictObject({ fid: z.number().positive(), ...provenance });
const pair = z.strictObject({ 'Uncond-GAN': spread, 'SS-GAN': spread });
const number = quoted(z.number());
const wholeNumber = quoted(z.number().int().positive());
const text = quoted(z.string());

const accuracyPerBlock = z
	.strictObject({
		confidence: provenance.confidence,
		columns: z.array(z.string()),
		rows: z.record(z.string(), z.array(z.number().min(0).max(1))),
	})
	.refine(
		table => Object.values(table.rows).every(row => row.length === table.columns.length),
		'a row has more or fewer cells than there are columns',
	);

const resultsSchema = z.strictObject({
	schemaVersion: z.literal(1),
	paper: z.strictObject({
		title: z.string(),
		arxiv: z.string(),
		versions: z.record(z.string(), z.string()),
		authors: z.array(z.string()),
	}),
	table1_bestFid: z.strictObject({
		caption: z.string(),
		rows: z.array(
			z.strictObject({
				dataset: z.string(),
				resolution: z.number().int(),
				'Uncond-GAN': fidCell,
				/** Only where labels exist. */
				'Cond-GAN': fidCell.nullable(),
				'SS-GAN': fidCell,
				'SS-GAN (sBN)': fidCell,
			}),
		),
		note: z.string(),
	}),
	largeScale: z.strictObject({
		v1: z.strictObject({ fid: number, batchSize: wholeNumber, steps: wholeNumber, hardware: z.string() }),
		v2: z.strictObject({ fid: number, batchSize: wholeNumber }),
		conditionalReference: number,
		tfHubModel: z.strictObject({ fid: z.number(), is: z.number(), ...provenance }),
	}),
	table2_robustness: z.strictObject({
		caption: z.string(),
		...provenance,
		rows: z.array(
			z.strictObject({
				type: z.enum(['GP', 'SN']),
				lambda: z.number(),
				beta1: z.number(),
				beta2: z.number(),
				dIters: z.number().int(),
				cifar10: pair,
				imagenet: pair,
			}),
		),
		/** Cells for which a document other than the recollection exists. */
		cellsFromDocuments: z.array(
			z.strictObject({ cell: z.string(), value: spread, fidSamples: z.string(), ...provenance }),
		),
	}),
	representation: z.strictObject({
		task: z.string(),
		imagenetBestTop1: z.strictObject({ 'SS-GAN': number }),
		imagenetPerBlock: accuracyPerBlock,
		cifar10PerBlock: accuracyPerBlock,
	}),
	figure2: z.strictObject({ what: z.string(), ...provenance }),
	figure3: z.strictObject({ what: z.string(), ...provenance, note: z.string() }),
});

const hyperparametersSchema = z.strictObject({
	schemaVersion: z.literal(1),
	paper: z.string(),
	loss: z.strictObject({
		generator: z.string(),
		discriminator: z.string(),
		V: z.string(),
		trueFakeLossOn: z.string(),
		...provenance,
	}),
	alpha: number,
	beta: number,
	optimizer: quoted(
		z.strictObject({ name: z.string(), lr: z.number(), beta1: z.number(), beta2: z.number() }),
	),
	batchSize: wholeNumber,
	dIters: wholeNumber,
	generatorSteps: wholeNumber,
	normalization: text,
	zDim: wholeNumber,
	rotatedImages: text,
	rotationImpl: text,
	rotationHead: text,
	sBN: quoted(z.strictObject({ formula: z.string(), hidden: z.number().int(), sharedHidden: z.boolean() })),
	condGan: text,
	architectureCifar: quoted(z.strictObject({ G: z.array(z.string()), D: z.array(z.string()) })),
	architecture128: quoted(z.strictObject({ G: z.string(), D: z.string() })),
	resBlock: text,
	evaluation: text,
	datasets: quoted(z.array(z.string())),
});

/** Scores of Self-Supervised GANs (arXiv 1811.11212). Most cells of Table 2 are recalled: see their marks. */
export function readSsGanResults(): Frozen<z.infer<typeof resultsSchema>> {
	return readReference('ssgan-results', resultsSchema);
}

/** Losses, networks and settings of Self-Supervised GANs (arXiv 1811.11212). */
export function readSsGanHyperparameters(): Frozen<z.infer<typeof hyperparametersSchema>> {
	return readReference('ssgan-hyperparameters', hyperparametersSchema);
}
