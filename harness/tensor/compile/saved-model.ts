import type { GraphAttribute, GraphNode, GraphTensor } from './graph.ts';
import { createMessageWriter, type MessageWriter } from './protobuf.ts';

/** Tag under which the graph is found. */
export const savedModelTag = 'serve';

/** Version of the graph format that is written: that of TensorFlow 2.9, the oldest runtime that is provisioned. */
const graphFormatVersion = 1087;

/** A tensor of a graph, as its users see it. */
export interface SignatureTensor {
	/** `node:output`. */
	readonly tensor: string;
	/** TensorFlow's number of the type. */
	readonly dtype: number;
	/** −1 for an extent that is free. */
	readonly shape: readonly number[];
}

/** How a graph is called: its inputs and outputs by name. */
export interface Signature {
	readonly inputs: Readonly<Record<string, SignatureTensor>>;
	readonly outputs: Readonly<Record<string, SignatureTensor>>;
}

/**
 * A graph as a SavedModel file without stored variables. Field numbers are those of TensorFlow's saved_model.proto,
 * meta_graph.proto, graph.proto, node_def.proto, attr_value.proto, tensor.proto and tensor_shape.proto.
 */
export function encodeSavedModel(
	nodes: readonly GraphNode[],
	signatures: Readonly<Record<string, Signature>> = {},
): Uint8Array {
	const model = createMessageWriter();
	model.integer(1, 1); // saved_model_schema_version
	model.message(2, metaGraph => {
		metaGraph.message(1, info => info.text(4, savedModelTag));
		metaGraph.message(2, graph => {
			for (const node of nodes) graph.message(1, writer => writeNode(writer, node));
			graph.message(4, versions => versions.integer(1, graphFormatVersion));
		});
		for (const [name, signature] of Object.entries(signatures)) {
			metaGraph.message(5, entry => {
				entry.text(1, name);
				entry.message(2, writer => writeSignature(writer, signature));
			});
		}
	});
	return model.finish();
}

function writeSignature(writer: MessageWriter, { inputs, outputs }: Signature): void {
	for (const [field, tensors] of [
		[1, inputs],
		[2, outputs],
	] as const) {
		for (const [name, { tensor, dtype, shape }] of Object.entries(tensors)) {
			writer.message(field, entry => {
				entry.text(1, name);
				entry.message(2, info => {
					info.text(1, tensor);
					info.integer(2, dtype);
					info.message(3, extents => writeShape(extents, shape));
				});
			});
		}
	}
	writer.text(3, 'tensorflow/serving/predict');
}

function writeNode(writer: MessageWriter, { name, operation, inputs, attributes, device }: GraphNode): void {
	writer.text(1, name);
	writer.text(2, operation);
	for (const input of inputs) writer.text(3, input);
	if (device) writer.text(4, device);
	for (const [key, attribute] of Object.entries(attributes)) {
		writer.message(5, entry => {
			entry.text(1, key);
			entry.message(2, value => writeAttribute(value, attribute));
		});
	}
}

function writeAttribute(writer: MessageWriter, attribute: GraphAttribute): void {
	if ('text' in attribute) writer.text(2, attribute.text);
	else if ('integer' in attribute) writer.integer(3, attribute.integer);
	else if ('float' in attribute) writer.float(4, attribute.float);
	else if ('truth' in attribute) writer.integer(5, attribute.truth);
	else if ('type' in attribute) writer.integer(6, attribute.type);
	else if ('shape' in attribute) writer.message(7, shape => writeShape(shape, attribute.shape));
	else if ('tensor' in attribute) writer.message(8, tensor => writeTensor(tensor, attribute.tensor));
	else writer.message(1, list => writeList(list, attribute));
}

type ListAttribute = Extract<
	GraphAttribute,
	{ texts: unknown } | { integers: unknown } | { floats: unknown } | { truths: unknown }
>;

function writeList(list: MessageWriter, attribute: ListAttribute): void {
	if ('texts' in attribute) for (const text of attribute.texts) list.text(2, text);
	else if ('integers' in attribute) list.packedIntegers(3, attribute.integers);
	else if ('floats' in attribute) list.packedFloats(4, attribute.floats);
	else list.packedIntegers(5, attribute.truths);
}

function writeShape(writer: MessageWriter, shape: readonly number[]): void {
	for (const extent of shape) writer.message(2, dimension => dimension.integer(1, extent));
}

function writeTensor(writer: MessageWriter, { dtype, shape, content }: GraphTensor): void {
	writer.integer(1, dtype);
	writer.message(2, inner => writeShape(inner, shape));
	writer.bytes(4, content);
}
