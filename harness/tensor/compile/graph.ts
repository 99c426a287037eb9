import { createHash } from 'node:crypto';

/** Value of an attribute of a graph node. Types go by TensorFlow's numbers, 1 for float32. */
export type GraphAttribute =
	| { readonly text: string }
	| { readonly integer: number }
	| { readonly float: number }
	| { readonly truth: boolean }
	| { readonly type: number }
	| { readonly shape: readonly number[] }
	| { readonly texts: readonly string[] }
	| { readonly integers: readonly number[] }
	| { readonly floats: readonly number[] }
	| { readonly truths: readonly boolean[] }
	| { readonly tensor: GraphTensor };

/** A constant: little-endian values in row-major order. */
export interface GraphTensor {
	readonly dtype: number;
	readonly shape: readonly number[];
	readonly content: Uint8Array;
}

export interface GraphNode {
	readonly name: string;
	/** TensorFlow's name of the operation. */
	readonly operation: string;
	/** `node:output`, then `^node` for nodes that only have to run before. */
	readonly inputs: readonly string[];
	readonly attributes: Readonly<Record<string, GraphAttribute>>;
	/** Where it runs, for example `/device:CPU:0`. Default TensorFlow's choice. */
	readonly device?: string;
}

/** A graph that grows. Equal nodes are one node. */
export interface GraphBuilder {
	readonly nodes: readonly GraphNode[];
	/** Adds a pure operation, or finds it; returns its name. */
	operation(
		operation: string,
		attributes: Readonly<Record<string, GraphAttribute>>,
		inputs: readonly string[],
	): string;
	/** Adds a node under a name of its own: placeholders, variables, assignments. Returns the name. */
	named(node: GraphNode): string;
	/** A constant; one that has a single value throughout is made by `Fill` when the graph runs. Its output. */
	constant(tensor: GraphTensor): string;
	/** The same of one value, given as a scalar's content. */
	filled(shape: readonly number[], dtype: number, content: Uint8Array): string;
	/** A function that takes away all nodes that come from now on. */
	checkpoint(): () => void;
}

const int32 = 3;

/** No nodes yet. */
export function createGraphBuilder(): GraphBuilder {
	const nodes: GraphNode[] = [];
	const names = new Map<string, string>();

	const named = (node: GraphNode): string => {
		nodes.push(node);
		return node.name;
	};
	const unique = (
		key: string,
		operation: string,
		attributes: Readonly<Record<string, GraphAttribute>>,
		inputs: readonly string[],
	): string => {
		const known = names.get(key);
		if (known !== undefined) return known;
		const name = named({ name: `${operation}_${nodes.length}`, operation, inputs, attributes });
		names.set(key, name);
		return name;
	};
	const plainConstant = (tensor: GraphTensor): string => {
		const digest = createHash('sha256').update(tensor.content).digest('hex');
		const attributes = { dtype: { type: tensor.dtype }, value: { tensor } };
		return `${unique(`constant ${tensor.dtype} ${tensor.shape} ${digest}`, 'Const', attributes, [])}:0`;
	};
	const operation: GraphBuilder['operation'] = (name, attributes, inputs) =>
		unique(JSON.stringify([name, attributes, inputs]), name, attributes, inputs);

	return {
		nodes,
		operation,
		named,
		constant(tensor) {
			const value = singleValue(tensor);
			if (!value) return plainConstant(tensor);
			return filled(tensor.shape, tensor.dtype, value);
		},
		filled,
		checkpoint() {
			const count = nodes.length;
			return () => {
				const removed = new Set(nodes.splice(count).map(node => node.name));
				for (const [key, name] of names) if (removed.has(name)) names.delete(key);
			};
		},
	};

	function filled(shape: readonly number[], dtype: number, content: Uint8Array): string {
		const value = plainConstant({ dtype, shape: [], content });
		const extents = new Uint8Array(Int32Array.from(shape).buffer);
		const dimensions = plainConstant({ dtype: int32, shape: [shape.length], content: extents });
		const attributes = { T: { type: dtype }, index_type: { type: int32 } };
		return `${operation('Fill', attributes, [dimensions, value])}:0`;
	}
}

/** Bytes of the value that all elements of a tensor of rank 1 or more have, if they have one. */
function singleValue({ shape, content }: GraphTensor): Uint8Array | undefined {
	const size = shape.reduce((product, extent) => product * extent, 1);
	if (shape.length === 0 || size < 2) return undefined;
	const width = content.length / size;
	for (let index = width; index < content.length; index++) {
		if (content[index] !== content[index - width]) return undefined;
	}
	return content.slice(0, width);
}

/** The nodes that the named ones need, themselves included, in the order of the graph. */
export function reachableNodes(nodes: readonly GraphNode[], from: Iterable<string>): GraphNode[] {
	const byName = new Map(nodes.map(node => [node.name, node]));
	const needed = new Set<string>();
	const waiting = [...from];
	while (waiting.length > 0) {
		const name = waiting.pop()!;
		if (needed.has(name)) continue;
		needed.add(name);
		for (const input of byName.get(name)!.inputs) waiting.push(nodeOf(input));
	}
	return nodes.filter(node => needed.has(node.name));
}

/** The node of `node:output` or `^node`. */
export const nodeOf = (reference: string): string => reference.replace(/^\^/u, '').replace(/:\d+$/u, '');
