import { z } from 'zod';
import { UsageError } from '../../harness/errors.ts';
import { roots } from '../networks/resnet-v2/config.ts';
import type { PretrainingOptions } from './options.ts';

const positiveInteger = z.number().int().positive();
const seed = positiveInteger.max(2 ** 31 - 1);

/** Ranges of the options; see `PretrainingOptions` for what they mean. */
export const pretrainingOptionsSchema: z.ZodType<PretrainingOptions> = z.strictObject({
	labelFraction: z.number().gt(0).max(1).nullable(),
	subsetSeed: seed,
	labelList: z.string().optional(),
	rotationWeight: z.number().min(0),
	classWeight: z.number().min(0),
	batchSize: positiveInteger,
	unlabelledPerBatch: z.number().int().min(0),
	microBatchSize: positiveInteger.optional(),
	epochs: z.number().positive(),
	warmUpEpochs: z.number().min(0),
	decayEpochs: z.array(z.number().positive()),
	learningRatePer256: z.number().positive(),
	learningRateImages: z.enum(['unlabelled', 'batch']),
	momentum: z.number().min(0).lt(1),
	weightDecay: z.number().min(0),
	augmentation: z.discriminatedUnion('kind', [
		z.strictObject({ kind: z.literal('shift'), largestShift: z.number().int().min(0) }),
		z.strictObject({ kind: z.literal('inception-crop'), smallestArea: z.number().gt(0).max(1) }),
	]),
	inputResolution: z.number().int().min(8).nullable(),
	widening: z.number().positive(),
	unitsPerStage: z.array(positiveInteger).min(1),
	root: z.enum(roots),
	batchNormMomentum: z.number().min(0).lt(1),
	seed,
});

/** @throws UsageError naming every option that is out of range, or the first two that do not go together */
export function requirePretrainingOptions(options: PretrainingOptions): void {
	const parsed = pretrainingOptionsSchema.safeParse(options);
	if (!parsed.success) {
		throw new UsageError(`pre-training options: ${z.prettifyError(parsed.error)}`, undefined, parsed.error);
	}
	const { labelFraction, rotationWeight, classWeight, batchSize, unlabelledPerBatch, learningRateImages } =
		options;
	const refuse = (problem: string, fix: string): never => {
		throw new UsageError(`pre-training options: ${problem}`, fix);
	};
	if (labelFraction === null && rotationWeight === 0) {
		refuse(
			'there is neither a rotation nor a class term',
			'give a label fraction or a rotation weight above 0',
		);
	}
	if (options.microBatchSize !== undefined && batchSize % options.microBatchSize !== 0) {
		refuse(
			`microBatchSize: expected a divisor of the batch size, ${batchSize}, got ${options.microBatchSize}`,
			'leave it out to pass the whole batch at once',
		);
	}
	if (labelFraction === null) return;
	if (classWeight === 0) {
		refuse('classWeight: expected a number above 0 with labels, got 0', 'set labelFraction to null');
	}
	if (unlabelledPerBatch >= batchSize) {
		refuse(
			`unlabelledPerBatch: expected less than the batch size, ${batchSize}, got ${unlabelledPerBatch}`,
			'leave room for at least one labelled image',
		);
	}
	if (learningRateImages === 'unlabelled' && unlabelledPerBatch === 0) {
		refuse(
			"learningRateImages: 'unlabelled' makes the step size 0 without unlabelled images",
			"set it to 'batch'",
		);
	}
}
