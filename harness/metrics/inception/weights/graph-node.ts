import { readFields, readPackedVarints } from '../../../data/formats/wire-format.ts';
import { type FoundTensor, largestWeightsBytes } from './found-tensors.ts';

// Field numbers of node_def.proto, attr_value.proto, tensor.proto and tensor_shape.proto of TensorFlow
// (https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/framework).

/** Value of an attribute of a node, as far as Inception needs it. */
export interface NodeAttribute {
	readonly text?: string;
	readonly float?: number;
	readonly bool?: boolean;
	readonly integers?: readonly number[];
	/** Bytes of a TensorProto. */
	readonly tensor?: Buffer;
}

/** One operation of a graph. */
export interface GraphNode {
	readonly name: string;
	readonly operation: string;
	readonly attributes: ReadonlyMap<string, NodeAttribute>;
}

function readAttribute(bytes: Buffer): NodeAttribute {
	let attribute: NodeAttribute = {};
	for (const field of readFields(bytes)) {
		if (field.number === 1 && field.bytes) {
			const integers = [...readFields(field.bytes)]
				.filter(({ number }) => number === 3)
				.flatMap(({ varint, bytes: packed }) => (packed ? readPackedVarints(packed) : [varint!]));
			attribute = { ...attribute, integers };
		}
		if (field.number === 2 && field.bytes) attribute = { ...attribute, text: field.bytes.toString('utf8') };
		if (field.number === 4 && field.bytes?.length === 4) {
			attribute = { ...attribute, float: field.bytes.readFloatLE() };
		}
		if (field.number === 5) attribute = { ...attribute, bool: field.varint === 1 };
		if (field.number === 8 && field.bytes) attribute = { ...attribute, tensor: field.bytes };
	}
	return attribute;
}

/**
 * The nodes of a GraphDef.
 *
 * @throws RangeError if the bytes are no message of that kind or cut short
 */
export function* readGraphNodes(bytes: Buffer): Generator<GraphNode> {
	for (const field of readFields(bytes)) {
		if (field.number !== 1) continue;
		if (!field.bytes) throw new RangeError('has a number where a graph has a node');
		let name = '';
		let operation = '';
		const attributes = new Map<string, NodeAttribute>();
		for (const part of readFields(field.bytes)) {
			if (part.number === 1) name = part.bytes?.toString('utf8') ?? '';
			if (part.number === 2) operation = part.bytes?.toString('utf8') ?? '';
			if (part.number !== 5 || !part.bytes) continue;
			let key = '';
			let value: Buffer | undefined;
			for (const { number, bytes: content } of readFields(part.bytes)) {
				if (number === 1) key = content?.toString('utf8') ?? '';
				if (number === 2) value = content;
			}
			attributes.set(key, value ? readAttribute(value) : {});
		}
		yield { name, operation, attributes };
	}
}

/** TensorFlow's numbers of types that a person may meet; 1 is float32. */
const typeNames: Readonly<Record<number, string>> = {
	1: 'float32',
	2: 'float64',
	3: 'int32',
	7: 'string',
	9: 'int64',
	14: 'bfloat16',
	19: 'float16',
};

function readShape(bytes: Buffer): number[] {
	const shape: number[] = [];
	for (const field of readFields(bytes)) {
		if (field.number !== 2 || !field.bytes) continue;
		let extent = 0;
		for (const { number, varint } of readFields(field.bytes)) if (number === 1) extent = varint ?? 0;
		shape.push(extent);
	}
	return shape;
}

/**
 * A TensorProto: raw content, or listed values of which the last fills the rest.
 *
 * @throws RangeError if it is malformed, or has other than the values that its shape asks for
 */
export function readTensorProto(bytes: Buffer): FoundTensor {
	let type = 'of no type';
	let shape: number[] = [];
	let content: Buffer | undefined;
	const listed: Buffer[] = [];
	for (const field of readFields(bytes)) {
		if (field.number === 1) type = typeNames[field.varint ?? 0] ?? `type ${field.varint}`;
		if (field.number === 2 && field.bytes) shape = readShape(field.bytes);
		if (field.number === 4) content = field.bytes;
		if (field.number === 5 && field.bytes) listed.push(field.bytes);
	}
	if (type !== 'float32') return { shape, type, values: undefined };
	const size = shape.reduce((product, extent) => product * extent, 1);
	if (!(size * 4 <= largestWeightsBytes)) throw new RangeError(`claims a tensor of shape [${shape}]`);
	if (content && content.length > 0) {
		if (content.length !== size * 4) {
			throw new RangeError(`has ${content.length} bytes for a tensor of shape [${shape}]`);
		}
		// A copy, because float32 values must begin at a multiple of four bytes.
		return { shape, type, values: new Float32Array(new Uint8Array(content).buffer) };
	}
	const raw = Buffer.concat(listed);
	const given = new Float32Array(new Uint8Array(raw.subarray(0, raw.length & ~3)).buffer);
	if (raw.length % 4 !== 0 || given.length > size || (given.length === 0 && size > 0)) {
		throw new RangeError(`has ${raw.length} bytes for a tensor of shape [${shape}]`);
	}
	const values = new Float32Array(size).fill(given.at(-1) ?? 0);
	values.set(given);
	return { shape, type, values };
}
