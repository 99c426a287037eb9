import { z } from 'zod';
import { protocolSchema } from '../../run/records.ts';
import { provenanceSchema } from '../inception/provenance.ts';

export const metricNames = [
	'fid',
	'is',
	'kid',
	'prdc',
	'fid-infinity',
	'per-class-fid',
	'duplicates',
	'linear-probe',
] as const;
export type MetricName = (typeof metricNames)[number];

const sideSchema = z.strictObject({
	/** What the user gave. */
	source: z.string(),
	kind: z.enum(['pictures', 'features', 'statistics']),
	/** Number of images; 0 where statistics do not say. */
	count: z.number().int().nonnegative(),
	/** SHA-256 over the content. */
	digest: z.string(),
	split: z.string(),
});

const share = z.number().min(0).max(1);
const imageCount = z.number().int().nonnegative();

const perClassFidSchema = z.strictObject({
	/** Mean over the classes that have a distance; null if none has. */
	mean: z.number().nullable(),
	classes: z.array(
		z.strictObject({
			label: z.number().int().nonnegative(),
			/** Name of the class, where the real side has names. */
			name: z.string().optional(),
			realImages: imageCount,
			fakeImages: imageCount,
			/** Null where a side has fewer than two images of the class. */
			distance: z.number().nullable(),
		}),
	),
});

const duplicatesSchema = z.strictObject({
	/** Part of the fakes that are nearer to a training image than `threshold`. */
	share,
	/** Distance in features that the part `quantile` of the real images comes under. */
	threshold: z.number().positive(),
	quantile: share,
	/** Number of training images. */
	trainingImages: imageCount,
	/** The nearest pairs first, at most 100: numbers of the images in their sources, from 0. */
	copies: z.array(z.strictObject({ fake: imageCount, training: imageCount, distance: z.number() })),
});

const linearProbeSchema = z.strictObject({
	/** Part of the real images whose class a linear classifier on the discriminator's features names. */
	accuracy: share,
	/** The same of the training images that it was fitted to. */
	trainingAccuracy: share,
	/** λ of the penalty λ / 2 · |W|². */
	penalty: z.number(),
	/** Length of the discriminator's feature vector. */
	dimension: z.number().int().positive(),
	steps: z.number().int(),
	converged: z.boolean(),
});

export const metricsSchema = z.strictObject({
	fid: z.number().optional(),
	inceptionScore: z
		.strictObject({
			mean: z.number(),
			/** Over the splits, population; null for a single split. */
			std: z.number().nullable(),
			splits: z.number().int().positive(),
		})
		.optional(),
	kernelDistance: z
		.strictObject({ mean: z.number(), spread: z.number().nullable(), estimates: z.number().int() })
		.optional(),
	precision: z.number().optional(),
	recall: z.number().optional(),
	density: z.number().optional(),
	coverage: z.number().optional(),
	fidInfinity: z.strictObject({ value: z.number(), standardError: z.number() }).optional(),
	perClassFid: perClassFidSchema.optional(),
	duplicates: duplicatesSchema.optional(),
	linearProbe: linearProbeSchema.optional(),
});

/** Bootstrap intervals over the images, by the names of `numbersOf`. */
export const intervalsSchema = z.strictObject({
	/** In (0, 1). */
	confidence: z.number(),
	replicates: z.number().int().positive(),
	seed: z.number().int().positive(),
	of: z.record(z.string(), z.strictObject({ low: z.number(), high: z.number() })),
});

/** The network that features come from, as far as it is known. */
export const networkSchema = z.strictObject({
	name: z.string(),
	/** Digest of weights and computation; null where nothing says which network it was. */
	fingerprint: z.string().nullable(),
	/** Where Inception's weights come from; not there for other networks, or where nothing says so. */
	weights: provenanceSchema.optional(),
});

export const scoreResultSchema = z.strictObject({
	schemaVersion: z.literal(1),
	protocol: protocolSchema,
	/** Not in results of earlier versions. */
	network: networkSchema.optional(),
	real: sideSchema,
	fake: sideSchema,
	/** The training images, where a metric asks for them. */
	training: sideSchema.optional(),
	/** Only what was measured is there. */
	metrics: metricsSchema,
	/** If asked for. */
	intervals: intervalsSchema.optional(),
	/** What a reader of the numbers must know. */
	notes: z.array(z.string()),
	/** Difference to an earlier result, metric by metric, if one was given. */
	comparison: z
		.strictObject({
			with: z.string(),
			/** True if the protocols differ and the user asked for it nevertheless. */
			mixed: z.boolean(),
			differences: z.record(z.string(), z.number()),
		})
		.optional(),
});

/** What `score` writes: numbers with everything needed to judge them. */
export type ScoreResult = z.infer<typeof scoreResultSchema>;
export type Metrics = z.infer<typeof metricsSchema>;
export type Intervals = z.infer<typeof intervalsSchema>;

/** The numbers of a result by name, for comparisons and tables. */
export function numbersOf({ metrics }: Pick<ScoreResult, 'metrics'>): Record<string, number> {
	const { inceptionScore, kernelDistance, fidInfinity, perClassFid, duplicates, linearProbe, ...plain } =
		metrics;
	const all: Record<string, number | null | undefined> = {
		...plain,
		inceptionScore: inceptionScore?.mean,
		kernelDistance: kernelDistance?.mean,
		fidInfinity: fidInfinity?.value,
		perClassFid: perClassFid?.mean,
		duplicates: duplicates?.share,
		linearProbe: linearProbe?.accuracy,
	};
	return Object.fromEntries(
		Object.entries(all).filter((pair): pair is [string, number] => typeof pair[1] === 'number'),
	);
}
