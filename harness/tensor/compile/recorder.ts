import { UsageError } from '../../errors.ts';
import { callerLine } from './caller-line.ts';
import { eagerAdvice } from './eager-advice.ts';
import { type GraphAttribute, type GraphBuilder, nodeOf } from './graph.ts';
import type { NativeAttribute, NativeBinding, NativeTensor } from './native-backend.ts';

/** A tensor of the recorded step as the graph has it. */
interface Recorded {
	/** `node:output`. */
	readonly reference: string;
	/** What made it, if it depends on an input or on state; undefined for a constant. */
	readonly origin: string | undefined;
}

/** A tensor that the step uses although it is neither input nor state: the graph keeps it as a variable. */
export interface CapturedTensor {
	/** Of the native library, owned by the recorder's user. */
	readonly id: number;
	readonly shape: readonly number[];
	readonly dtype: number;
}

export interface Recorder {
	/** Takes the place of the native addon while the step runs. */
	readonly binding: NativeBinding;
	/** Says what the number of an input or a variable is in the graph. */
	define(id: number, reference: string, origin: string): void;
	/** The `node:output` of a tensor number; captures a tensor that the recorder has not seen. */
	referenceOf(id: number): string;
	/** Ends the recording with an error, also where the step catches it. */
	refuse(problem: string, fix: string): never;
	/** What was refused first. */
	readonly refused: UsageError | undefined;
}

/** Captured tensors of up to this many elements become constants, which TensorFlow can fold into others. */
const largestInlineConstant = 1024;

/** Origin of what is captured as a variable. */
const outside = 'captured tensor';

/** Operations that draw random numbers or write somewhere: what they do once is not what they do every time. */
const impure = /^(?:Random|Multinomial|TruncatedNormal|ParameterizedTruncatedNormal|Stateful|Write|Assign)/u;

/**
 * Writes down the operations that eager execution asks for. They are executed as well, so that everything has a
 * shape.
 *
 * @param fence a node without inputs that sums wait for. TensorFlow's graph optimiser gathers chains of sums into one
 * that adds in another order, but leaves sums that wait for a node: gradients that come together from several
 * places keep the value that they have in eager execution. It also fuses batch norm with the rectifier behind it into
 * a kernel (`_FusedBatchNormEx`, of oneDNN on a CPU) that rounds differently; each batch norm waits for a copy of the
 * fence of its own, since waiting for what its inputs have waited for already is optimised away
 * @param capture makes a graph variable for a tensor from outside of the step; returns its `node:output`
 */
export function createRecorder(
	native: NativeBinding,
	graph: GraphBuilder,
	fence: string,
	capture: (tensor: CapturedTensor) => string,
): Recorder {
	const tensors = new Map<number, Recorded>();
	let refused: UsageError | undefined;

	const refuse: Recorder['refuse'] = (problem, fix) => {
		const error = new UsageError(`compile: ${problem}`, fix);
		refused ??= error;
		throw error;
	};

	const recorded = (id: number): Recorded => {
		const known = tensors.get(id);
		if (known) return known;
		const found = captureTensor(id);
		tensors.set(id, found);
		return found;
	};

	function captureTensor(id: number): Recorded {
		// A handle of its own, so that the tensor lives as long as the graph; without attributes the native library
		// finds the type itself.
		const [tensor] = native.executeOp('Identity', [], [id], 1);
		const size = tensor.shape.reduce((product, extent) => product * extent, 1);
		if (size > largestInlineConstant) return { reference: capture(tensor), origin: outside };
		const values = native.tensorDataSync(tensor.id);
		native.deleteTensor(tensor.id);
		return {
			reference: constant(tensor.shape, tensor.dtype, values),
			origin: undefined,
		};
	}

	function constant(shape: readonly number[], dtype: number, values: ArrayBufferView): string {
		// A copy: the array may be the caller's.
		const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
		return graph.constant({ shape: [...shape], dtype, content });
	}

	function anotherFence(): string {
		const { operation, attributes } = graph.nodes.find(node => node.name === fence)!;
		const name = `${fence}_${graph.nodes.length}`;
		const own = attributes.shared_name ? { ...attributes, shared_name: { text: name } } : attributes;
		return graph.named({ name, operation, inputs: [], attributes: own });
	}

	const replaced: Pick<
		NativeBinding,
		'createTensor' | 'executeOp' | 'tensorDataSync' | 'runSavedModel' | 'runAfter'
	> = {
		createTensor(shape: readonly number[], dtype: number | string, values: Float32Array): number {
			const id = native.createTensor(shape, dtype, values);
			// Texts have no fixed width; a step that computes with them fails where it uses one.
			if (ArrayBuffer.isView(values)) {
				tensors.set(id, { reference: constant(shape, Number(dtype), values), origin: undefined });
			}
			return id;
		},
		executeOp(
			name: string,
			attributes: readonly NativeAttribute[],
			inputIds: readonly number[],
			count: number,
		): NativeTensor[] {
			if (count === 0 || impure.test(name)) {
				refuse(
					`${name} at ${callerLine()} cannot be part of a compiled step, it is not a pure function`,
					`draw random numbers outside and give them to the step as inputs, ${eagerAdvice}`,
				);
			}
			const inputs = inputIds.map(recorded);
			const outputs = native.executeOp(name, attributes, inputIds, count);
			const origin = inputs.some(input => input.origin !== undefined) ? name : undefined;
			const filling = fillingOf(native, name, outputs[0].dtype);
			if (filling) {
				// Of a known shape, so a constant: nothing has to be computed for it first.
				const [{ id, shape, dtype }] = outputs;
				tensors.set(id, { reference: graph.filled(shape, dtype, filling), origin: undefined });
				return outputs;
			}
			if (name === 'Cast' && changesNothing(native, attributes)) {
				// TensorFlow.js casts gradients to the type that they have.
				tensors.set(outputs[0].id, inputs[0]);
				return outputs;
			}
			const encoded: Record<string, GraphAttribute> = Object.fromEntries(
				attributes.map(attribute => [attribute.name, encodeAttribute(native, name, attribute)]),
			);
			// The one operation whose type TensorFlow.js leaves to the eager runtime to find out.
			if (name === 'ExpandDims') encoded.T = { type: outputs[0].dtype };
			const references = inputs.map(input => input.reference);
			if (origin !== undefined && /^Add(?:V2)?$/u.test(name)) references.push(`^${fence}`);
			if (origin !== undefined && name === 'FusedBatchNormV3') references.push(`^${anotherFence()}`);
			const node = graph.operation(name, encoded, references);
			for (const [index, output] of outputs.entries()) {
				tensors.set(output.id, { reference: `${node}:${index}`, origin });
			}
			return outputs;
		},
		runAfter(ids: readonly number[], others: readonly number[]): NativeTensor[] {
			const waits = [...new Set(others.map(other => `^${nodeOf(recorded(other).reference)}`))];
			return ids.map(id => {
				const { reference, origin } = recorded(id);
				const [output] = native.executeOp('Identity', [], [id], 1);
				const type = { T: { type: output.dtype } };
				const node = graph.operation('Identity', type, [reference, ...waits]);
				tensors.set(output.id, { reference: `${node}:0`, origin });
				return output;
			});
		},
		tensorDataSync(id: number) {
			const { origin } = recorded(id);
			// TensorFlow.js reads the indices of a gather only to check their range.
			if (origin !== undefined && !new Error().stack!.includes('GatherV2')) {
				refuse(
					`the data of a tensor (${origin}) is read at ${callerLine()} while a step is recorded`,
					`a compiled step runs without JavaScript: return the tensor and read it outside, ${eagerAdvice}`,
				);
			}
			return native.tensorDataSync(id);
		},
		runSavedModel(session: number, inputIds: readonly number[], ...names: [string, string]) {
			// Of constants the outputs are constants; tensors that were not seen are from outside.
			const origin = inputIds.map(id => tensors.get(id)?.origin).find(each => each && each !== outside);
			if (origin !== undefined) {
				refuse(
					`a compiled step is run at ${callerLine()}, on a tensor (${origin}) of a step that is recorded: its outputs would stay as they are`,
					'call the step itself there, not its compiled form',
				);
			}
			return native.runSavedModel(session, inputIds, ...names);
		},
	};
	// The addon's own properties are read-only, so they cannot be assigned over.
	const binding = Object.create(native, Object.getOwnPropertyDescriptors(replaced)) as NativeBinding;

	return {
		binding,
		define: (id, reference, origin) => tensors.set(id, { reference, origin }),
		referenceOf: id => recorded(id).reference,
		refuse,
		get refused() {
			return refused;
		},
	};
}

/** The one value, as bytes, of what ZerosLike and OnesLike make; undefined for anything else. */
function fillingOf(native: NativeBinding, operation: string, dtype: number): Uint8Array | undefined {
	if (operation !== 'ZerosLike' && operation !== 'OnesLike') return undefined;
	const value = operation === 'OnesLike' ? 1 : 0;
	if (dtype === native.TF_FLOAT) return new Uint8Array(Float32Array.of(value).buffer);
	if (dtype === native.TF_INT32) return new Uint8Array(Int32Array.of(value).buffer);
	return dtype === native.TF_BOOL ? Uint8Array.of(value) : undefined;
}

function changesNothing(native: NativeBinding, attributes: readonly NativeAttribute[]): boolean {
	const types = attributes.filter(({ type }) => type === native.TF_ATTR_TYPE).map(({ value }) => value);
	return types.length === 2 && types[0] === types[1];
}

function encodeAttribute(
	native: NativeBinding,
	operation: string,
	{ name, type, value }: NativeAttribute,
): GraphAttribute {
	const list = Array.isArray(value);
	switch (type) {
		case native.TF_ATTR_STRING:
			if (!list) return { text: String(value) };
			return { texts: value.map(String) };
		case native.TF_ATTR_INT:
			return list ? { integers: value as number[] } : { integer: Number(value) };
		case native.TF_ATTR_FLOAT:
			return list ? { floats: value as number[] } : { float: Number(value) };
		case native.TF_ATTR_BOOL:
			return list ? { truths: value as boolean[] } : { truth: Boolean(value) };
		case native.TF_ATTR_TYPE:
			return { type: Number(value) };
		case native.TF_ATTR_SHAPE:
			return { shape: value as number[] };
		default:
			throw new UsageError(`compile: attribute ${name} of ${operation} has an unknown type ${type}`);
	}
}
