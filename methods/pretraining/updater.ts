import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { type CompiledStep, compile } from '../../harness/tensor/compile/compile.ts';
import {
	type PretrainingInputs,
	type PretrainingLosses,
	type PretrainingState,
	pretrainingUpdate,
	type UpdateSettings,
} from './update.ts';

/**
 * Runs updates, operation by operation or as one TensorFlow graph. Each way gives equal results for equal inputs; the
 * two may differ in the last digit of a float32.
 */
export interface Updater {
	/** One update; the losses are the caller's to dispose. */
	run(inputs: PretrainingInputs): PretrainingLosses;
	/** Brings the variables of the state up to date. */
	readState(): void;
	/** Frees the graph; the state stays. */
	dispose(): void;
}

/**
 * An updater of a state. Compiling takes a second or two and saves about a third of each update.
 *
 * @param options.compiled whether to compile
 */
export function createUpdater(
	state: PretrainingState,
	settings: UpdateSettings,
	options: { readonly compiled: boolean },
): Updater {
	const step = (inputs: PretrainingInputs): PretrainingLosses => pretrainingUpdate(state, inputs, settings);
	if (!options.compiled) return { run: step, readState() {}, dispose() {} };
	let compiled: CompiledStep | undefined;
	return {
		run(inputs) {
			const given = { ...inputs };
			// The shapes of the first inputs are those of all.
			compiled ??= compile(recorded => ({ ...step(recorded as unknown as PretrainingInputs) }), {
				state: variablesOf(state),
				inputs: shapesOf(given),
			});
			return compiled(given) as unknown as PretrainingLosses;
		},
		readState: () => compiled?.readState(),
		dispose: () => compiled?.dispose(),
	};
}

function variablesOf({ network, velocities }: PretrainingState) {
	return new Map([
		...network.network.parameters,
		...network.moments,
		...[...velocities].map(([name, velocity]) => [`velocity/${name}`, velocity] as const),
	]);
}

const shapesOf = (inputs: Readonly<Record<string, Tensor>>) =>
	Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, { shape }]));
