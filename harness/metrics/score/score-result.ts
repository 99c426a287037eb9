import { z } from 'zod';
import { protocolSchema } from '../../run/records.ts';

export const metricNames = ['fid', 'is', 'kid', 'prdc', 'fid-infinity'] as const;
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

export const scoreResultSchema = z.strictObject({
	schemaVersion: z.literal(1),
	protocol: protocolSchema,
	real: sideSchema,
	fake: sideSchema,
	/** Only what was measured is there. */
	metrics: z.strictObject({
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
	}),
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

/** The numbers of a result by name, for comparisons and tables. */
export function numbersOf({ metrics }: ScoreResult): Record<string, number> {
	const { inceptionScore, kernelDistance, fidInfinity, ...plain } = metrics;
	const all: Record<string, number | undefined> = {
		...plain,
		inceptionScore: inceptionScore?.mean,
		kernelDistance: kernelDistance?.mean,
		fidInfinity: fidInfinity?.value,
	};
	return Object.fromEntries(
		Object.entries(all).filter((pair): pair is [string, number] => pair[1] !== undefined),
	);
}
