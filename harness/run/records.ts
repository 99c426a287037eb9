import { z } from 'zod';

// The plain files of a run folder. A folder is a finished run if, and only if, it has a result.json: it is
// written last, in one rename. The result holds no time, host or path, so that two runs of the same seed on the
// same machine give the same bytes.

/** How a number was measured; two numbers compare only if their fingerprints are equal. */
export const protocolSchema = z.strictObject({
	/** Name for people. Scores that do not come from the Inception network are called `proxy-…`. */
	name: z.string(),
	/** SHA-256 over everything that moves the number: extractor weights, counts, splits, resize, BN mode, EMA. */
	fingerprint: z.string().regex(/^[0-9a-f]{64}$/u),
	/** True if the features come from a network trained on the data set itself, not from Inception. */
	proxy: z.boolean(),
	/** What the fingerprint covers, in words or numbers, for people. */
	details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type Protocol = z.infer<typeof protocolSchema>;

/** One metric over the fake sets of one run. */
export const scoreSchema = z.strictObject({
	/** Mean over the fake sets: the value of the run. */
	mean: z.number(),
	/** Population standard deviation over the fake sets. */
	std: z.number(),
	/** One value for each fake set, in order. */
	values: z.array(z.number()).min(1),
});
export type Score = z.infer<typeof scoreSchema>;

export const resultSchema = z.strictObject({
	schemaVersion: z.literal(1),
	runId: z.string().regex(/^[0-9a-f]{12}$/u),
	/** Name of the method, its folder's name. */
	method: z.string(),
	/** Title of the method as printed in reports. */
	title: z.string(),
	/** Part of the training images whose label the method may read, in (0, 1]; null for methods without labels. */
	labelFraction: z.number().nullable(),
	seed: z.number().int().positive(),
	profile: z.string(),
	dataSet: z.strictObject({ name: z.string(), digest: z.string() }),
	/** Generator steps done. */
	steps: z.number().int().nonnegative(),
	protocol: protocolSchema,
	scores: z.strictObject({ fid: scoreSchema, inceptionScore: scoreSchema }),
	/** Trainable parameters. */
	parameters: z.strictObject({ generator: z.number().int(), discriminator: z.number().int() }),
	/** Mean of each logged quantity over the last steps, by name. */
	training: z.record(z.string(), z.number()),
	/** SHA-256 over the final weights, in the order of their names. */
	weightsDigest: z.string(),
	/**
	 * Null for a training that went to its last step. One that ended early because it had collapsed is a result like
	 * any other: its scores are those of its last state with finite weights.
	 */
	collapse: z
		.strictObject({
			/** Generator step in which it was seen. */
			step: z.number().int().positive(),
			/** In words, such as `generator.total is NaN`. */
			reason: z.string(),
			/** Generator step whose state was scored. */
			scoredStep: z.number().int().positive(),
		})
		.nullable()
		.default(null),
});
export type Result = z.infer<typeof resultSchema>;
export type Collapse = NonNullable<Result['collapse']>;
/** What measuring says of a run; how its training ended is the training's to say. */
export type MeasuredRun = Omit<Result, 'collapse'>;

/** `grid.json` of an output folder: what was asked for, so that a report can show what is missing. */
export const gridSchema = z.strictObject({
	/** Version 1 said nothing of `options`. */
	schemaVersion: z.union([z.literal(1), z.literal(2)]),
	suite: z.string(),
	runs: z.array(
		z.strictObject({
			runId: z.string(),
			/** Folder of the run, relative to the output folder. */
			folder: z.string(),
			method: z.string(),
			title: z.string(),
			labelFraction: z.number().nullable(),
			seed: z.number().int(),
			profile: z.string(),
			dataSet: z.string(),
			steps: z.number().int(),
			/**
			 * Options of the method that the command line gave beside those of the suite; empty if none. Absent from what
			 * version 1 recorded, where nobody knows.
			 */
			options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
		}),
	),
});
export type Grid = z.infer<typeof gridSchema>;

/** Kinds of events; those that stand for a change of state of the run come first. */
const eventNames = [
	...['started', 'completed', 'failed', 'interrupted'],
	...['progress', 'metrics', 'evaluation', 'checkpoint', 'resumed', 'collapse', 'spectrum', 'data-feed'],
] as const;

/**
 * One line of events.jsonl, append only. Other fields depend on the kind: an `evaluation` has `step`, `fid` and
 * `inceptionScore`, means over the fake sets under the run's own protocol.
 */
export const eventSchema = z.looseObject({
	/** Milliseconds since 1970. */
	time: z.number(),
	event: z.enum(eventNames),
});
export type RunEvent = z.infer<typeof eventSchema>;
