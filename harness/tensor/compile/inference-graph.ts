import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { UsageError } from '../../errors.ts';
import { tf } from '../tensorflow.ts';
import { createGraphBuilder, type GraphNode, type GraphTensor, nodeOf, reachableNodes } from './graph.ts';
import { nativeBackend } from './native-backend.ts';
import { recordStep, type Step, type TensorSpec } from './record-step.ts';
import type { Signature } from './saved-model.ts';

/** A graph without state that takes batches of any size. */
export interface InferenceGraph {
	readonly nodes: readonly GraphNode[];
	/** Inputs and outputs; the first extent of each shape is −1, the batch. */
	readonly signature: Signature;
}

/**
 * Sizes of batch to record with: two for a line, a third to see that it is one. They are large enough not to be an axis
 * or another small number of a network, so that whatever follows them follows the batch.
 */
const batchSizes = [7, 11, 13] as const;

const int32 = 3;

/**
 * Records a function of tensors, with everything that it uses beside its inputs as constants. A recording knows the
 * shapes of one batch only; what differs between recordings is a linear function of the batch, which the graph
 * computes from its first input.
 *
 * @param inputs shapes without their first extent, the batch
 * @throws UsageError if the step is no function of tensors (see `recordStep`), or does something else for other batches
 */
export function recordInference(step: Step, inputs: Readonly<Record<string, TensorSpec>>): InferenceGraph {
	// Once before: tensors that are still in JavaScript would be uploaded while the first recording is made, in another
	// order than the second one finds them.
	tf.tidy(() => {
		step(
			Object.fromEntries(
				Object.entries(inputs).map(([name, { shape, dtype }]) => [name, tf.zeros([1, ...shape], dtype)]),
			),
		);
	});
	const [first, ...others] = batchSizes.map(batch => record(step, inputs, batch));
	if (others.some(({ nodes }) => nodes.length !== first!.nodes.length)) {
		refuse('it has other operations for other batches');
	}
	const [[name, { dtype = 'float32' }]] = Object.entries(inputs);
	const batch = batchNodes(first!.placeholders[name]!, typeNumbers[dtype]);
	const nodes = first!.nodes.flatMap((node, index) =>
		generalise([node, ...others.map(other => other.nodes[index]!)]),
	);
	return {
		nodes: [...batch, ...nodes],
		signature: {
			inputs: Object.fromEntries(
				Object.entries(inputs).map(([name, { shape, dtype = 'float32' }]) => [
					name,
					{ tensor: `${first!.placeholders[name]}:0`, dtype: typeNumbers[dtype], shape: [-1, ...shape] },
				]),
			),
			outputs: Object.fromEntries(
				Object.entries(first!.outputs).map(([name, { reference: tensor, dtype, shape }]) => [
					name,
					{ tensor, dtype, shape: [-1, ...shape.slice(1)] },
				]),
			),
		},
	};
}

/** The fence and its copies, see `createRecorder`. */
const isFence = /^fence(?:_\d+)?$/u;

const typeNumbers = { float32: 1, int32, bool: 10 } as const;

interface Recording {
	readonly nodes: readonly GraphNode[];
	readonly placeholders: Readonly<Record<string, string>>;
	readonly outputs: Readonly<
		Record<string, { readonly reference: string; readonly dtype: number; readonly shape: readonly number[] }>
	>;
}

function record(step: Step, inputs: Readonly<Record<string, TensorSpec>>, batch: number): Recording {
	const graph = createGraphBuilder();
	const fence = graph.named({ name: 'fence', operation: 'NoOp', inputs: [], attributes: {} });
	const { binding, createOutputTensor } = nativeBackend();
	const backend = nativeBackend();
	const captured: Tensor[] = [];
	const shapes: Record<string, { dtype: number; shape: readonly number[] }> = {};
	try {
		const { placeholders, outputs } = recordStep({
			graph,
			name: 'generate',
			step: given => {
				const made = step(given);
				for (const [name, { shape, dtype }] of Object.entries(made)) {
					shapes[name] = { shape, dtype: typeNumbers[dtype as 'float32'] };
				}
				return made;
			},
			inputs: Object.fromEntries(
				Object.entries(inputs).map(([name, spec]) => [name, { ...spec, shape: [batch, ...spec.shape] }]),
			),
			fence,
			state: new Map(),
			capture: tensor => {
				const values = binding.tensorDataSync(tensor.id);
				captured.push(tf.keep(createOutputTensor.call(backend, tensor)));
				const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
				return graph.constant({ shape: tensor.shape, dtype: tensor.dtype, content });
			},
		});
		const roots = [...outputs.values(), ...placeholders.values()].map(nodeOf);
		return {
			// The fence keeps the order of sums as in eager execution, for training; inference is freer.
			nodes: reachableNodes(graph.nodes, roots)
				.filter(({ name }) => !isFence.test(name))
				.map(node => ({
					...node,
					inputs: node.inputs.filter(input => !(input.startsWith('^') && isFence.test(input.slice(1)))),
				})),
			placeholders: Object.fromEntries(placeholders),
			outputs: Object.fromEntries(
				[...outputs].map(([name, reference]) => [name, { reference, ...shapes[name]! }]),
			),
		};
	} finally {
		tf.dispose(captured);
	}
}

function refuse(problem: string): never {
	throw new UsageError(
		`export: the graphs of ${batchSizes.join(', ')} images are not the same: ${problem}`,
		'the network has to treat each image alike; export its weights instead (--format safetensors)',
	);
}

/** The node for any batch, given it for each batch that was recorded. */
function generalise(recorded: readonly GraphNode[]): GraphNode[] {
	const [first] = recorded as [GraphNode];
	const alike = (part: (node: GraphNode) => unknown): boolean =>
		new Set(recorded.map(node => JSON.stringify(part(node)))).size === 1;
	if (!alike(({ name, operation, inputs }) => [name, operation, inputs])) {
		refuse(`${recorded.map(({ operation }) => operation).join(' and ')} stand in one place`);
	}
	const { shape } = first.attributes;
	if (first.operation === 'Placeholder' && shape && 'shape' in shape) {
		const free = { shape: [-1, ...shape.shape.slice(1)] };
		return [{ ...first, attributes: { ...first.attributes, shape: free } }];
	}
	const tensors = recorded.flatMap(({ attributes: { value } }) =>
		value && 'tensor' in value ? [value.tensor] : [],
	);
	if (first.operation !== 'Const' || tensors.length < recorded.length) {
		if (!alike(({ attributes }) => attributes)) refuse(`attributes of ${first.operation} differ`);
		return [first];
	}
	const [{ content, shape: extents }] = tensors as [GraphTensor];
	return tensors.every(
		other => `${other.shape}` === `${extents}` && Buffer.compare(other.content, content) === 0,
	)
		? [first]
		: linearInBatch(first, tensors);
}

const batchName = 'batch';

/** A scalar with the number of images. */
function batchNodes(placeholder: string, dtype: number): GraphNode[] {
	const number = (name: string, value: number): GraphNode => constantNode(name, [1], Int32Array.of(value));
	return [
		number('batch/begin', 0),
		number('batch/one', 1),
		{
			name: 'batch/shape',
			operation: 'Shape',
			inputs: [`${placeholder}:0`],
			attributes: { T: { type: dtype }, out_type: { type: int32 } },
		},
		{
			name: batchName,
			operation: 'StridedSlice',
			inputs: ['batch/shape:0', 'batch/begin:0', 'batch/one:0', 'batch/one:0'],
			attributes: {
				T: { type: int32 },
				Index: { type: int32 },
				begin_mask: { integer: 0 },
				end_mask: { integer: 0 },
				ellipsis_mask: { integer: 0 },
				new_axis_mask: { integer: 0 },
				shrink_axis_mask: { integer: 1 },
			},
		},
	];
}

function constantNode(name: string, shape: readonly number[], values: Int32Array): GraphNode {
	const tensor = { dtype: int32, shape, content: new Uint8Array(values.buffer) };
	return { name, operation: 'Const', inputs: [], attributes: { dtype: { type: int32 }, value: { tensor } } };
}

/** offset + slope · batch, under the name of the constant that it stands for. */
function linearInBatch({ name }: GraphNode, tensors: readonly GraphTensor[]): GraphNode[] {
	const [{ shape }] = tensors as [GraphTensor];
	if (tensors.some(({ dtype, shape: other }) => dtype !== int32 || `${other}` !== `${shape}`)) {
		refuse('a constant grows with the batch');
	}
	const values = tensors.map(({ content }) => new Int32Array(content.slice().buffer, 0, content.length / 4));
	const [first, second] = values as [Int32Array, Int32Array];
	const slope = first.map((value, index) => (second[index]! - value) / (batchSizes[1] - batchSizes[0]));
	const offset = first.map((value, index) => value - slope[index]! * batchSizes[0]);
	for (const [position, batch] of batchSizes.entries()) {
		if (offset.some((value, index) => value + slope[index]! * batch !== values[position]![index])) {
			refuse('a constant is no linear function of the batch');
		}
	}
	const type = { T: { type: int32 } };
	return [
		constantNode(`${name}/slope`, shape, slope),
		constantNode(`${name}/offset`, shape, offset),
		{
			name: `${name}/scaled`,
			operation: 'Mul',
			inputs: [`${name}/slope:0`, `${batchName}:0`],
			attributes: type,
		},
		{ name, operation: 'AddV2', inputs: [`${name}/offset:0`, `${name}/scaled:0`], attributes: type },
	];
}
