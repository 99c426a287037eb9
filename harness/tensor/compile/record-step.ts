import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import { UsageError } from '../../errors.ts';
import { tf } from '../tensorflow.ts';
import { eagerAdvice } from './eager-advice.ts';
import type { GraphBuilder } from './graph.ts';
import { type NativeBackend, type NativeTensor, nativeBackend } from './native-backend.ts';
import { type CapturedTensor, createRecorder } from './recorder.ts';

/** Shape and type of an input of a compiled step. */
export interface TensorSpec {
	readonly shape: readonly number[];
	/** Default float32. */
	readonly dtype?: 'float32' | 'int32' | 'bool';
}

/** A step: a function of its inputs and of the state, which it may assign. It returns what it wants to show. */
export type Step = (inputs: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>;

/** A variable of the graph and the reading of it that all steps share. */
export interface GraphVariable {
	/** Name of the VarHandleOp node. */
	readonly handle: string;
	/** Name of the ReadVariableOp node. */
	readonly read: string;
	readonly dtype: number;
}

export interface RecordedStep {
	/** Placeholder node by input. */
	readonly placeholders: ReadonlyMap<string, string>;
	/** `node:output` by output. */
	readonly outputs: ReadonlyMap<string, string>;
	/** A scalar that is there once all assignments of the step are done: `node:output`. */
	readonly done: string;
}

export interface RecordingRequest {
	readonly graph: GraphBuilder;
	/** Unique in the graph. */
	readonly name: string;
	readonly step: Step;
	readonly inputs: Readonly<Record<string, TensorSpec>>;
	readonly state: ReadonlyMap<Variable, GraphVariable>;
	/** See `createRecorder`. */
	readonly fence: string;
	readonly capture: (tensor: CapturedTensor) => string;
}

/** The tensor under a number of its own, though it may share memory with others. */
function separate(backend: NativeBackend, tensor: Tensor): { native: NativeTensor; alias: Tensor } {
	const [id] = backend.getInputTensorIds([tensor]);
	const [output] = backend.binding.executeOp('Identity', [], [id], 1);
	return { native: output, alias: backend.createOutputTensor(output) };
}

/**
 * Runs the step once, on zeros, and adds what it did to the graph. All variables are afterwards as they were before.
 *
 * @throws UsageError if the step reads data, draws random numbers, leaks tensors or assigns a variable that is no
 * part of the state
 */
export function recordStep(request: RecordingRequest): RecordedStep {
	const { graph, name, state } = request;
	const backend = nativeBackend();
	const { binding, read } = backend;
	let capturedTensors = 0;
	const capture = (tensor: CapturedTensor): string => {
		capturedTensors += 1;
		return request.capture(tensor);
	};
	const recorder = createRecorder(binding, graph, request.fence, capture);
	const tensorsBefore = tf.memory().numTensors;
	// Clones share memory with the variables until those are assigned.
	const variables = new Set([...state.keys(), ...Object.values(tf.engine().state.registeredVariables)]);
	const originals = new Map([...variables].map(variable => [variable, tf.keep(tf.clone(variable))]));
	const { random } = Math;
	let recorded: RecordedStep | undefined;
	try {
		tf.tidy(() => {
			for (const [variable, { read }] of state) {
				// Variables may share memory until one of them is assigned, but not their number.
				const { native, alias } = separate(backend, variable);
				variable.assign(alias);
				recorder.define(native.id, `${read}:0`, 'a variable');
			}
			const placeholders = new Map<string, string>();
			const inputs: Record<string, Tensor> = {};
			for (const [input, { shape, dtype = 'float32' }] of Object.entries(request.inputs)) {
				const zeros = tf.zeros([...shape], dtype);
				const { native, alias } = separate(backend, zeros);
				inputs[input] = alias;
				const attributes = { dtype: { type: binding[`TF_${dtypeNames[dtype]}`] }, shape: { shape } };
				const node = { name: `${name}/${input}`, operation: 'Placeholder', inputs: [], attributes };
				placeholders.set(input, graph.named(node));
				recorder.define(native.id, `${node.name}:0`, `input ${input}`);
			}

			backend.binding = recorder.binding;
			backend.read = async dataId => {
				try {
					return backend.readSync(dataId);
				} catch (error) {
					if (!recorder.refused) throw error;
					// Never settles: the error ends the recording, and would otherwise end the process as a rejection that
					// nobody handles.
					return new Promise<never>(() => {});
				}
			};
			Math.random = () =>
				recorder.refuse(
					'a step draws random numbers while it is recorded; they would be the same in every run of it',
					`draw them from a named stream outside of the step and give them to it as inputs, ${eagerAdvice}`,
				);
			const outputs = request.step(inputs);
			if (recorder.refused) throw recorder.refused;
			const references = new Map<string, string>();
			for (const [output, tensor] of Object.entries(outputs)) {
				references.set(output, recorder.referenceOf(backend.getInputTensorIds([tensor])[0]));
			}
			for (const [variable, { dataId }] of originals) {
				if (variable.dataId === dataId || state.has(variable)) continue;
				throw new UsageError(
					`compile: ${name} assigns the variable ${variable.name} of shape [${variable.shape}], which is no part of its state`,
					'name every variable that the step assigns in `state`',
				);
			}
			const assignments: string[] = [];
			for (const [variable, { handle, read, dtype }] of state) {
				const value = recorder.referenceOf(backend.getInputTensorIds([variable])[0]);
				if (value === `${read}:0`) continue;
				assignments.push(
					graph.named({
						name: `${name}/assign/${handle}`,
						operation: 'AssignVariableOp',
						inputs: [`${handle}:0`, value, `^${read}`],
						attributes: { dtype: { type: dtype } },
					}),
				);
			}
			const done = addDone(graph, binding.TF_INT32, name, assignments);
			recorded = { placeholders, outputs: references, done };
		});
	} finally {
		backend.binding = binding;
		backend.read = read;
		Math.random = random;
		for (const [variable, original] of originals) {
			if (variable.dataId !== original.dataId) variable.assign(original);
			original.dispose();
		}
	}
	const leaked = tf.memory().numTensors - tensorsBefore - capturedTensors;
	if (leaked !== 0) {
		throw new UsageError(
			`compile: ${leaked} tensors leaked while ${name} was recorded`,
			'wrap its intermediate tensors in tf.tidy',
		);
	}
	return recorded!;
}

const dtypeNames = { float32: 'FLOAT', int32: 'INT32', bool: 'BOOL' } as const;

/** A scalar that waits for nodes. Names the output to fetch in order to run them. */
export function addDone(graph: GraphBuilder, int32: number, name: string, nodes: readonly string[]): string {
	const tensor = { dtype: int32, shape: [], content: new Uint8Array(4) };
	const node = graph.named({
		name: `${name}/done`,
		operation: 'Const',
		inputs: nodes.map(node => `^${node}`),
		attributes: { dtype: { type: int32 }, value: { tensor } },
	});
	return `${node}:0`;
}
