import type { Variable } from '@tensorflow/tfjs-node-gpu';
import { z } from 'zod';
import type { PretrainingMoment } from '../../../methods/pretraining/pretrain.ts';
import type { PretrainingState } from '../../../methods/pretraining/update.ts';

/**
 * Every tensor that pre-training changes: parameters and moments of the batch norms under the names of the finished
 * network, velocities under TensorFlow 1's name of their slot.
 */
export function* namedPretrainingState({
	network,
	velocities,
}: PretrainingState): Generator<[name: string, variable: Variable]> {
	yield* network.network.parameters;
	yield* network.moments;
	for (const [name, velocity] of velocities) yield [`${name}/Momentum`, velocity];
}

const lossNumbers = z.strictObject({
	total: z.number(),
	rotation: z.number(),
	class: z.number(),
	rotationAccuracy: z.number(),
});

/** What goes with the tensors. */
export const pretrainingMemorySchema = z.strictObject({
	/** See `MeansMemory`. */
	means: z.strictObject({ sums: lossNumbers, count: z.number().int().nonnegative() }),
});
export type PretrainingMemory = z.infer<typeof pretrainingMemorySchema>;

export const memoryOf = ({ means }: PretrainingMoment): PretrainingMemory => ({
	means: { sums: { ...means.sums }, count: means.count },
});
