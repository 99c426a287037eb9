import { z } from 'zod';
import { emptyWatchMemory, watchMemorySchema } from './collapse/watch.ts';
import { type Collapse, resultSchema } from './records.ts';

/** What a run remembers of its training besides tensors; plain, so that a checkpoint can keep it. */
export const trainingMemorySchema = z.strictObject({
	/** Sums of each logged quantity over the last tenth of the steps. */
	tailSums: z.record(z.string(), z.number()),
	watch: watchMemorySchema,
	/** Times that the training was rolled back. */
	attempt: z.number().int().nonnegative(),
	/** Updates that the optimisers have done. */
	updates: z.strictObject({ generatorUpdates: z.number(), discriminatorUpdates: z.number() }),
	/** How the training ended, if it did. */
	ended: z
		.strictObject({
			collapse: resultSchema.shape.collapse.unwrap(),
			training: z.record(z.string(), z.number()),
		})
		.nullable(),
});
export type TrainingMemory = z.infer<typeof trainingMemorySchema>;

/** How a training ended: at its last step, or early. */
export interface TrainingEnd {
	readonly collapse: Collapse | null;
	/** Means of the logged quantities, see `Result.training`. */
	readonly training: Record<string, number>;
}

export const freshMemory: TrainingMemory = {
	tailSums: {},
	watch: emptyWatchMemory,
	attempt: 0,
	updates: { generatorUpdates: 0, discriminatorUpdates: 0 },
	ended: null,
};

/** Collects the mean of each quantity over the last tenth of the steps. */
export function createTailMean(steps: number, before: Readonly<Record<string, number>>) {
	const first = steps - Math.max(1, Math.floor(steps / 10)) + 1;
	const sums: Record<string, number> = { ...before };
	return {
		add(step: number, losses: Readonly<Record<string, number>>) {
			if (step < first) return;
			for (const [name, value] of Object.entries(losses)) sums[name] = (sums[name] ?? 0) + value;
		},
		sums: () => ({ ...sums }),
		means: () =>
			Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / (steps - first + 1)])),
	};
}
