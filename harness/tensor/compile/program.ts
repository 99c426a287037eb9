import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import { UsageError } from '../../errors.ts';
import { tf } from '../tensorflow.ts';
import { createGraphBuilder, nodeOf, reachableNodes } from './graph.ts';
import { type NativeTensor, nativeBackend } from './native-backend.ts';
import {
	addDone,
	type GraphVariable,
	type RecordedStep,
	recordStep,
	type Step,
	type TensorSpec,
} from './record-step.ts';
import { openSession, type Session } from './session.ts';

/** A step with the inputs that it is first recorded for. */
export interface StepDefinition {
	readonly step: Step;
	readonly inputs: Readonly<Record<string, TensorSpec>>;
}

/** Steps that share state, as one TensorFlow graph. The state lives in the session until it is read back. */
export interface Program<Name extends string> {
	/**
	 * Runs a step. Inputs of other shapes than it was recorded for record it anew, which takes as long as compiling.
	 *
	 * @returns its outputs, the caller's to dispose
	 * @throws UsageError for a missing or unknown input
	 */
	run(name: Name, inputs: Readonly<Record<string, Tensor>>): Record<string, Tensor>;
	/** Assigns the current state to its variables. */
	readState(): void;
	/** Takes the state from its variables. */
	writeState(): void;
	/** Nodes of the graph after what is not needed was dropped. */
	readonly nodeCount: number;
	/** Frees graph, session state and captured tensors; the variables stay. */
	dispose(): void;
}

interface Slot extends GraphVariable {
	/** Initial value is fed here. */
	readonly placeholder: string;
	/** Node that takes the initial value. */
	readonly assignment: string;
}

/**
 * Compiles steps: each is run once, eagerly, while the operations that it asks for are written down; the graph of
 * them is what `run` runs. What a step computes in JavaScript is computed once, so a step must be a function of
 * tensors: whatever changes from run to run is an input or state.
 *
 * @param state variables that the steps use, by a name for error messages; every variable that a step assigns
 */
export function compileProgram<Name extends string>(options: {
	readonly state: ReadonlyMap<string, Variable>;
	readonly steps: Readonly<Record<Name, StepDefinition>>;
}): Program<Name> {
	const { steps } = options;
	const backend = nativeBackend();
	const int32 = backend.binding.TF_INT32;
	const graph = createGraphBuilder();
	const state = new Map<Variable, Slot>();
	const captured: { slot: Slot; tensor: Tensor }[] = [];
	const recordings = new Map<string, RecordedStep>();
	let session: Session | undefined;
	let nodeCount = 0;

	const addVariable = (dtype: number, shape: readonly number[]): Slot => {
		const name = `variable_${state.size + captured.length}`;
		const type = { type: dtype };
		const handle = graph.named({
			name,
			operation: 'VarHandleOp',
			inputs: [],
			attributes: { container: { text: '' }, shared_name: { text: name }, dtype: type, shape: { shape } },
		});
		const read = graph.named({
			name: `${name}/read`,
			operation: 'ReadVariableOp',
			inputs: [`${handle}:0`],
			attributes: { dtype: type },
		});
		const placeholder = graph.named({
			name: `${name}/initial`,
			operation: 'Placeholder',
			inputs: [],
			attributes: { dtype: type, shape: { shape } },
		});
		const assignment = graph.named({
			name: `${name}/initialise`,
			operation: 'AssignVariableOp',
			inputs: [`${handle}:0`, `${placeholder}:0`],
			attributes: { dtype: type },
		});
		return { handle, read, placeholder, assignment, dtype };
	};
	// A variable that nobody reads or fills; it costs nothing, and no other node comes before it.
	const fence = graph.named({
		name: 'fence',
		operation: 'VarHandleOp',
		inputs: [],
		attributes: {
			container: { text: '' },
			shared_name: { text: 'fence' },
			dtype: { type: backend.binding.TF_FLOAT },
			shape: { shape: [] },
		},
	});
	for (const variable of options.state.values()) {
		const dtype = { float32: 'FLOAT', int32: 'INT32', bool: 'BOOL' }[variable.dtype as 'float32'];
		state.set(variable, addVariable(backend.binding[`TF_${dtype}`], variable.shape));
	}
	const capture = (tensor: NativeTensor): string => {
		const slot = addVariable(tensor.dtype, tensor.shape);
		captured.push({ slot, tensor: tf.keep(backend.createOutputTensor(tensor)) });
		return `${slot.read}:0`;
	};

	const keyOf = (name: string, specs: Readonly<Record<string, TensorSpec>>): string =>
		`${name} ${Object.entries(specs)
			.sort(([first], [second]) => (first < second ? -1 : 1))
			.map(([input, { shape, dtype = 'float32' }]) => `${input} ${dtype} [${shape}]`)
			.join(', ')}`;
	const record = (name: Name, specs: Readonly<Record<string, TensorSpec>>): void => {
		recordings.set(
			keyOf(name, specs),
			recordStep({
				graph,
				name: `${name}_${recordings.size}`,
				step: steps[name].step,
				inputs: specs,
				fence,
				state,
				capture,
			}),
		);
	};

	const load = (): void => {
		const slots = [...state.values(), ...captured.map(({ slot }) => slot)];
		const initialised = addDone(
			graph,
			int32,
			`initialised_${recordings.size}`,
			slots.map(slot => slot.assignment),
		);
		const fetched = [...recordings.values()].flatMap(({ outputs, done }) => [...outputs.values(), done]);
		const roots = [...fetched, initialised].map(nodeOf);
		const placeholders = [...recordings.values()].flatMap(recording => [...recording.placeholders.values()]);
		const reads = slots.map(slot => slot.read);
		const nodes = reachableNodes(graph.nodes, [...roots, ...placeholders, ...reads]);
		nodeCount = nodes.length;
		session = openSession(nodes);
		initialise(initialised);
	};
	let initialisedOutput = '';
	const initialise = (output: string): void => {
		initialisedOutput = output;
		const values = new Map<string, Tensor>();
		for (const [variable, slot] of state) values.set(slot.placeholder, variable);
		for (const { slot, tensor } of captured) values.set(slot.placeholder, tensor);
		tf.dispose(session!.run(values, [output]));
	};
	const readState = (): void => {
		const entries = [...state];
		const values = session!.run(
			new Map(),
			entries.map(([, slot]) => `${slot.read}:0`),
		);
		for (const [index, [variable]] of entries.entries()) {
			variable.assign(values[index]);
			values[index].dispose();
		}
	};

	const dispose = (): void => {
		session?.close();
		session = undefined;
		tf.dispose(captured.map(({ tensor }) => tensor));
		captured.length = 0;
	};
	try {
		for (const name of Object.keys(steps) as Name[]) record(name, steps[name].inputs);
		load();
	} catch (error) {
		dispose();
		throw error;
	}

	return {
		run(name, inputs) {
			if (!session) throw new UsageError(`compile: ${name} was run after its program was disposed`);
			requireInputs(name, steps[name].inputs, inputs);
			const specs = Object.fromEntries(
				Object.entries(inputs).map(([input, { shape, dtype }]) => [input, { shape, dtype } as TensorSpec]),
			);
			const key = keyOf(name, specs);
			if (!recordings.has(key)) {
				readState();
				record(name, specs);
				session.close();
				load();
			}
			const recording = recordings.get(key)!;
			const values = new Map(
				Object.entries(inputs).map(([input, tensor]) => [recording.placeholders.get(input)!, tensor]),
			);
			const outputs = session.run(values, [...recording.outputs.values(), recording.done]);
			outputs.pop()!.dispose();
			return Object.fromEntries(
				[...recording.outputs.keys()].map((output, index) => [output, outputs[index]]),
			);
		},
		readState,
		writeState: () => initialise(initialisedOutput),
		get nodeCount() {
			return nodeCount;
		},
		dispose,
	};
}

function requireInputs(
	step: string,
	expected: Readonly<Record<string, TensorSpec>>,
	given: Readonly<Record<string, Tensor>>,
): void {
	const [wanted, got] = [Object.keys(expected).sort(), Object.keys(given).sort()];
	if (`${wanted}` === `${got}`) return;
	throw new UsageError(
		`compile: ${step} takes the inputs ${wanted.join(', ') || '(none)'}, got ${got.join(', ') || '(none)'}`,
	);
}
