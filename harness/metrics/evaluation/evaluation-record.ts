import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../errors.ts';
import { protocolSchema, scoreSchema } from '../../run/records.ts';
import { writeFileAtomically } from '../../write-atomically.ts';
import { provenanceSchema } from '../inception/provenance.ts';
import { intervalsSchema, metricsSchema } from '../score/score-result.ts';

/** Folder of a run's later evaluations, beside its result. */
const evaluationsFolder = 'evaluations';

export const evaluationSchema = z.strictObject({
	schemaVersion: z.literal(1),
	runId: z.string(),
	/** Generator steps that the weights have seen. */
	step: z.number().int().nonnegative(),
	/** SHA-256 of the file of the weights. */
	weightsFileDigest: z.string(),
	/** How FID and Inception Score were measured; equal fingerprints compare, also with the run's own. */
	protocol: protocolSchema,
	/** Where Inception's weights come from; not there for a proxy, nor in evaluations of earlier versions. */
	weights: provenanceSchema.optional(),
	/** What decides the other metrics, by name. */
	metricOptions: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
	/** Each number over the fake sets. */
	scores: z.record(z.string(), scoreSchema),
	/** All that was measured of each fake set, in order. */
	sets: z.array(z.strictObject({ metrics: metricsSchema, intervals: intervalsSchema.optional() })).min(1),
	notes: z.array(z.string()),
});

/** Metrics of a run under a protocol, measured after its end or in the middle of its training. */
export type Evaluation = z.infer<typeof evaluationSchema>;

/** File of an evaluation: by protocol, and by step for weights that are not those of the end. */
export function evaluationFile(
	run: string,
	{ protocol, step }: Pick<Evaluation, 'protocol' | 'step'>,
	isEnd: boolean,
): string {
	const suffix = isEnd ? '' : `-step-${String(step).padStart(8, '0')}`;
	return path.join(run, evaluationsFolder, `${protocol.fingerprint}${suffix}.json`);
}

function readEvaluation(file: string): Evaluation | undefined {
	if (!existsSync(file)) return undefined;
	try {
		return evaluationSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
	} catch (error) {
		throw new UsageError(`${file}: not an evaluation of this version`, 'remove the file', error);
	}
}

/** What an earlier evaluation of the same weights has and a later one has not, added to the later one. */
export function mergeEvaluations(earlier: Evaluation | undefined, later: Evaluation): Evaluation {
	const same =
		earlier?.weightsFileDigest === later.weightsFileDigest && earlier.sets.length === later.sets.length;
	if (!earlier || !same) return later;
	return {
		...later,
		metricOptions: { ...earlier.metricOptions, ...later.metricOptions },
		scores: { ...earlier.scores, ...later.scores },
		sets: later.sets.map((set, index) => ({
			...set,
			metrics: { ...earlier.sets[index].metrics, ...set.metrics },
			...((set.intervals ?? earlier.sets[index].intervals) && {
				intervals: set.intervals ?? earlier.sets[index].intervals,
			}),
		})),
		notes: [...new Set([...earlier.notes, ...later.notes])],
	};
}

/**
 * Writes an evaluation beside the run's result, with what an earlier one of the same weights and protocol has.
 *
 * @returns the file and what is in it now
 * @throws UsageError if there is a file of another version
 * @throws EnvironmentError if it cannot be written
 */
export function writeEvaluation(
	run: string,
	evaluation: Evaluation,
	isEnd: boolean,
): { file: string; written: Evaluation } {
	const file = evaluationFile(run, evaluation, isEnd);
	const written = evaluationSchema.parse(mergeEvaluations(readEvaluation(file), evaluation));
	writeFileAtomically(file, `${JSON.stringify(written, undefined, '\t')}\n`);
	return { file, written };
}
