import { createRequire } from 'node:module';
import test from 'ava';
import type { GraphNode } from '../../../../harness/tensor/compile/graph.ts';
import { encodeSavedModel } from '../../../../harness/tensor/compile/saved-model.ts';

// The protocol-buffer classes that TensorFlow.js ships were made by Google's own compiler: an independent reader.
const require = createRequire(import.meta.url);
const messages = require('@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js') as {
	SavedModel: { deserializeBinary(bytes: Uint8Array): { toObject(): unknown } };
};

const nodes: GraphNode[] = [
	{
		name: 'start',
		operation: 'Const',
		inputs: [],
		attributes: {
			dtype: { type: 3 },
			value: { tensor: { dtype: 3, shape: [2], content: Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0) } },
		},
	},
	{
		name: 'end',
		operation: 'Conv2D',
		inputs: ['start:0', '^start'],
		attributes: {
			padding: { text: 'SAME' },
			axis: { integer: -1 },
			epsilon: { float: 0.5 },
			flag: { truth: true },
			shape: { shape: [1, 300] },
			strides: { integers: [1, 200] },
			scales: { floats: [0.25] },
			flags: { truths: [true, false] },
			names: { texts: ['a', 'b'] },
		},
	},
];

interface DecodedNode {
	readonly name: string;
	readonly op: string;
	readonly inputList: string[];
	readonly attrMap: [string, Record<string, unknown>][];
}

test('a SavedModel says what went into it when another reader reads it', t => {
	const decoded = messages.SavedModel.deserializeBinary(encodeSavedModel(nodes)).toObject() as {
		metaGraphsList: {
			metaInfoDef: { tagsList: string[] };
			graphDef: { nodeList: DecodedNode[] };
		}[];
	};
	const [metaGraph] = decoded.metaGraphsList;
	t.deepEqual(metaGraph.metaInfoDef.tagsList, ['serve']);
	const [start, end] = metaGraph.graphDef.nodeList;
	t.is(start.name, 'start');
	t.is(start.op, 'Const');
	t.deepEqual(end.inputList, ['start:0', '^start']);
	const attributes = Object.fromEntries(end.attrMap) as Record<string, Record<string, never>>;
	const base64 = (text: string): string => Buffer.from(text).toString('base64');
	t.is(attributes.padding.s, base64('SAME') as never);
	t.is(attributes.axis.i, -1 as never);
	t.is(attributes.epsilon.f, 0.5 as never);
	t.is(attributes.flag.b, true as never);
	t.like(attributes.shape.shape, { dimList: [{ size: 1 }, { size: 300 }] } as never);
	t.like(attributes.strides.list, { iList: [1, 200] } as never);
	t.like(attributes.scales.list, { fList: [0.25] } as never);
	t.like(attributes.flags.list, { bList: [true, false] } as never);
	t.like(attributes.names.list, { sList: [base64('a'), base64('b')] } as never);
	const value = Object.fromEntries(start.attrMap).value as Record<string, unknown>;
	t.like(value.tensor, { dtype: 3, tensorContent: 'AQAAAAIAAAA=' } as never);
});
