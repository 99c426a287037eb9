import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import { compileProgram } from './program.ts';
import type { Step, TensorSpec } from './record-step.ts';

/** A compiled step: call it like the step itself. */
export interface CompiledStep {
	(inputs: Readonly<Record<string, Tensor>>): Record<string, Tensor>;
	/** Assigns the current state to its variables. */
	readState(): void;
	/** Takes the state from its variables. */
	writeState(): void;
	/** Frees the graph and its state; the variables stay. */
	dispose(): void;
}

/**
 * Compiles one step, see `compileProgram`.
 *
 * @param options.state variables that the step uses, by name; every variable that it assigns
 * @param options.inputs shapes and types of the inputs; other shapes later are compiled when they come
 */
export function compile(
	step: Step,
	options: {
		readonly state: ReadonlyMap<string, Variable>;
		readonly inputs: Readonly<Record<string, TensorSpec>>;
	},
): CompiledStep {
	const program = compileProgram({ state: options.state, steps: { step: { step, inputs: options.inputs } } });
	const run = (inputs: Readonly<Record<string, Tensor>>): Record<string, Tensor> =>
		program.run('step', inputs);
	const { readState, writeState, dispose } = program;
	return Object.assign(run, { readState, writeState, dispose });
}
