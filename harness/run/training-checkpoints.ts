import type { GanState } from '../train/gan-state.ts';
import { tensorSources, updateCounts } from './checkpoint/gan-checkpoint.ts';
import { firstNonFinite } from './checkpoint/named-tensors.ts';
import { writeCheckpointAsOwner } from './checkpoint/write-as-owner.ts';
import { rollBackSpacing } from './collapse/policy.ts';
import type { PreparedRun } from './run-request.ts';
import type { TrainingMemory } from './training-memory.ts';
import { namedWeights } from './weights.ts';

/** Checkpoints of a training: when they are due, and which ones stay. */
export function createCheckpoints(run: PreparedRun) {
	const { request, runId, settings } = run;
	const { folder, checkpointEveryMs = 600_000 } = request;
	const spacing = request.onCollapse === 'roll-back' ? rollBackSpacing(settings.steps) : undefined;
	const isRollBackPoint = (step: number): boolean => spacing !== undefined && step % spacing === 0;
	let writtenAt = performance.now();
	return {
		isRollBackPoint,
		isDue: (step: number): boolean =>
			step === settings.steps ||
			request.signal?.aborted === true ||
			isRollBackPoint(step) ||
			performance.now() - writtenAt >= checkpointEveryMs,
		/** Writes one, but never of a state that has nothing left to go on from. */
		write(step: number, state: GanState, memory: Omit<TrainingMemory, 'updates'>): void {
			if (firstNonFinite(namedWeights(state)) !== undefined) return;
			const content = { runId, step, memory: { ...memory, updates: updateCounts(state) } };
			writeCheckpointAsOwner(folder, run.lock, { ...content, tensors: tensorSources(state) }, others => [
				...others.slice(0, 1),
				...others.filter(isRollBackPoint).slice(0, 2),
			]);
			writtenAt = performance.now();
		},
	};
}
