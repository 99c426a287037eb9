import type { Variable } from '@tensorflow/tfjs-node-gpu';
import type { AdamState } from '../../train/adam.ts';
import type { GanState } from '../../train/gan-state.ts';
import { namedWeights } from '../weights.ts';
import { assignTensors, sourcesOf } from './named-tensors.ts';
import type { TensorSource } from './tensor-file.ts';

/**
 * Every tensor that training changes: those of weights.safetensors under the same names, so that whoever reads those
 * can read a checkpoint, and Adam's moments under TensorFlow 1's names of its slots.
 */
function* namedState(state: GanState): Generator<[name: string, variable: Variable]> {
	yield* namedWeights(state);
	// The average's singular vectors are never used, and those of the networks are among the weights.
	for (const { firstMoments, secondMoments } of [state.generatorOptimiser, state.discriminatorOptimiser]) {
		for (const [name, moment] of firstMoments) yield [`${name}/Adam`, moment];
		for (const [name, moment] of secondMoments) yield [`${name}/Adam_1`, moment];
	}
}

/** The tensors of a state, up to date, for `writeCheckpoint`. */
export const tensorSources = (state: GanState): TensorSource[] => sourcesOf(namedState(state));

/** Updates that each optimiser has done; Adam's step size follows from it. */
export interface UpdateCounts {
	readonly generatorUpdates: number;
	readonly discriminatorUpdates: number;
}

export const updateCounts = (state: GanState): UpdateCounts => ({
	generatorUpdates: state.generatorOptimiser.updates,
	discriminatorUpdates: state.discriminatorOptimiser.updates,
});

/**
 * Assigns the tensors of a checkpoint to a state of the same networks, and the optimisers' counts.
 *
 * @throws RunFailedError if a tensor is missing, unknown, or of another shape
 */
export function restoreGanState(state: GanState, tensorFile: string, counts: UpdateCounts): void {
	assignTensors(namedState(state), tensorFile);
	setUpdates(state.generatorOptimiser, counts.generatorUpdates);
	setUpdates(state.discriminatorOptimiser, counts.discriminatorUpdates);
}

function setUpdates(optimiser: AdamState, updates: number): void {
	optimiser.updates = updates;
}
