import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import { UsageError } from '../../errors.ts';
import { tf } from '../tensorflow.ts';
import { createGraphBuilder, nodeOf, reachableNodes } from './graph.ts';
import { type NativeTensor, nativeBackend } from './native-backend.ts';
import { addDone, type RecordedStep, recordStep, type Step, type TensorSpec } from './record-step.ts';
import { openSession, type Session } from './session.ts';
import { addStateSlot, type StateSlot } from './state-slot.ts';

/** A step with the inputs that it is first recorded for. */
export interface StepDefinition {
	readonly step: Step;
	readonly inputs: Readonly<Record<string, TensorSpec>>;
}

/**
 * Steps that share state, as one TensorFlow graph. The state lives in the session until it is read back. After
 * `dispose`, all but `dispose` throw a UsageError.
 */
export interface Program<Name extends string> {
	/**
	 * Runs a step. Inputs of other shapes than it was recorded for record it anew, which takes as long as compiling and
	 * reads the state back. Where that fails, the program stays what it was.
	 *
	 * @returns its outputs, the caller's to dispose
	 * @throws UsageError for a missing or unknown input, and as `recordStep` does. After an error of TensorFlow itself
	 * (no memory, say) the step may have assigned a part of the state, as it may operation by operation
	 */
	run(name: Name, inputs: Readonly<Record<string, Tensor>>): Record<string, Tensor>;
	/** Assigns the current state to its variables. */
	readState(): void;
	/** Takes the state from its variables. */
	writeState(): void;
	/** Nodes of the graph after what is not needed was dropped; 0 after `dispose`. */
	readonly nodeCount: number;
	/** Frees graph, session state and captured tensors; the variables stay. */
	dispose(): void;
}

/** The graph of all recordings in TensorFlow. */
interface Loaded {
	readonly session: Session;
	/** Output that takes the state and the captured tensors over. */
	readonly initialised: string;
	readonly nodeCount: number;
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
	const state = new Map<Variable, StateSlot>();
	const captured: { slot: StateSlot; tensor: Tensor }[] = [];
	const recordings = new Map<string, RecordedStep>();
	/** Failed ones included: each has a name of its own. */
	let recordingsBegun = 0;
	let loaded: Loaded | undefined;

	const addSlot = (dtype: number, shape: readonly number[]): StateSlot =>
		addStateSlot(graph, `variable_${state.size + captured.length}`, dtype, shape);
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
		state.set(variable, addSlot(backend.binding[`TF_${dtype}`], variable.shape));
	}
	const capture = (tensor: NativeTensor): string => {
		const slot = addSlot(tensor.dtype, tensor.shape);
		captured.push({ slot, tensor: tf.keep(backend.createOutputTensor(tensor)) });
		return `${slot.read}:0`;
	};

	const keyOf = (name: string, specs: Readonly<Record<string, TensorSpec>>): string =>
		`${name} ${Object.entries(specs)
			.sort(([first], [second]) => (first < second ? -1 : 1))
			.map(([input, { shape, dtype = 'float32' }]) => `${input} ${dtype} [${shape}]`)
			.join(', ')}`;
	const record = (name: Name, inputs: StepDefinition['inputs']): RecordedStep => {
		const own = `${name}_${recordingsBegun}`;
		recordingsBegun += 1;
		return recordStep({ graph, name: own, step: steps[name].step, inputs, fence, state, capture });
	};

	const load = (): Loaded => {
		const slots = [...state.values(), ...captured.map(({ slot }) => slot)];
		const initialised = addDone(
			graph,
			int32,
			`initialised_${recordingsBegun}`,
			slots.map(slot => slot.assignment),
		);
		const fetched = [...recordings.values()].flatMap(({ outputs, done }) => [...outputs.values(), done]);
		const roots = [...fetched, initialised].map(nodeOf);
		const placeholders = [...recordings.values()].flatMap(recording => [...recording.placeholders.values()]);
		const reads = slots.map(slot => slot.read);
		const nodes = reachableNodes(graph.nodes, [...roots, ...placeholders, ...reads]);
		const session = openSession(nodes);
		try {
			initialise(session, initialised);
		} catch (error) {
			session.close();
			throw error;
		}
		return { session, initialised, nodeCount: nodes.length };
	};
	const initialise = (session: Session, output: string): void => {
		const values = new Map<string, Tensor>();
		for (const [variable, slot] of state) values.set(slot.placeholder, variable);
		for (const { slot, tensor } of captured) values.set(slot.placeholder, tensor);
		tf.dispose(session.run(values, [output]));
	};
	/**
	 * Adds recordings, or leaves everything as it was. For a moment the state is there three times (variables, session
	 * before, session after), as it was while a step that assigns all of it was recorded.
	 */
	const extend = (wanted: ReadonlyArray<readonly [Name, StepDefinition['inputs']]>): void => {
		const forget = graph.checkpoint();
		const capturedBefore = captured.length;
		const recordingsBefore = new Set(recordings.keys());
		try {
			for (const [name, specs] of wanted) recordings.set(keyOf(name, specs), record(name, specs));
			const next = load();
			loaded?.session.close();
			loaded = next;
		} catch (error) {
			forget();
			tf.dispose(captured.splice(capturedBefore).map(({ tensor }) => tensor));
			for (const key of recordings.keys()) if (!recordingsBefore.has(key)) recordings.delete(key);
			throw error;
		}
	};

	const requireLoaded = (use: string): Loaded => {
		if (loaded) return loaded;
		throw new UsageError(`compile: ${use} after its program was disposed`);
	};
	const readState = (): void => {
		const { session } = requireLoaded('the state was read');
		requireVariables(options.state);
		const entries = [...state];
		const values = session.run(
			new Map(),
			entries.map(([, slot]) => `${slot.read}:0`),
		);
		for (const [index, [variable]] of entries.entries()) {
			variable.assign(values[index]);
			values[index].dispose();
		}
	};

	requireVariables(options.state);
	extend((Object.keys(steps) as Name[]).map(name => [name, steps[name].inputs]));

	return {
		run(name, inputs) {
			requireLoaded(`${name} was run`);
			requireInputs(name, steps[name].inputs, inputs);
			const specs = Object.fromEntries(
				Object.entries(inputs).map(([input, { shape, dtype }]) => [input, { shape, dtype } as TensorSpec]),
			);
			const key = keyOf(name, specs);
			if (!recordings.has(key)) {
				readState();
				extend([[name, specs]]);
			}
			const { session } = loaded!;
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
		writeState() {
			const { session, initialised } = requireLoaded('the state was written');
			requireVariables(options.state);
			initialise(session, initialised);
		},
		get nodeCount() {
			return loaded?.nodeCount ?? 0;
		},
		dispose() {
			loaded?.session.close();
			loaded = undefined;
			tf.dispose(captured.splice(0).map(({ tensor }) => tensor));
		},
	};
}

function requireVariables(state: ReadonlyMap<string, Variable>): void {
	for (const [name, { isDisposed }] of state) {
		if (isDisposed) throw new UsageError(`compile: the variable ${name} of the state was disposed`);
	}
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
