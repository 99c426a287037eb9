import test from 'ava';
import { createGraphBuilder, reachableNodes } from '../../../../harness/tensor/compile/graph.ts';

const float32 = 1;
const bytes = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

test('equal operations and equal constants are one node', t => {
	const graph = createGraphBuilder();
	const first = graph.constant({ dtype: float32, shape: [2], content: bytes(1, 2) });
	t.is(graph.constant({ dtype: float32, shape: [2], content: bytes(1, 2) }), first);
	t.not(graph.constant({ dtype: float32, shape: [2, 1], content: bytes(1, 2) }), first);
	const type = { T: { type: float32 } };
	const sum = graph.operation('AddV2', type, [first, first]);
	t.is(graph.operation('AddV2', type, [first, first]), sum);
	t.not(graph.operation('Mul', type, [first, first]), sum);
});

test('a constant of one value becomes Fill, whatever its size', t => {
	const graph = createGraphBuilder();
	graph.constant({ dtype: float32, shape: [1000], content: bytes(...new Array<number>(1000).fill(3)) });
	t.deepEqual(
		graph.nodes.map(node => node.operation),
		['Const', 'Const', 'Fill'],
	);
	const inlined = graph.nodes.map(({ attributes: { value } }) =>
		value && 'tensor' in value ? value.tensor.content.length : 0,
	);
	t.true(Math.max(...inlined) <= 4);
});

test('0 and −0 are two values', t => {
	const graph = createGraphBuilder();
	graph.constant({ dtype: float32, shape: [2], content: bytes(0, -0) });
	t.deepEqual(
		graph.nodes.map(node => node.operation),
		['Const'],
	);
});

test('nodes that nothing needs are dropped, nodes that must run before are kept', t => {
	const graph = createGraphBuilder();
	const named = (name: string, ...inputs: string[]) =>
		graph.named({ name, operation: 'NoOp', inputs, attributes: {} });
	named('a');
	named('unused', 'a:0');
	named('before', 'a:1');
	named('end', '^before');
	t.deepEqual(
		reachableNodes(graph.nodes, ['end']).map(node => node.name),
		['a', 'before', 'end'],
	);
});

test('nodes that came after a checkpoint can be taken away, and come again', t => {
	const graph = createGraphBuilder();
	const type = { dtype: { type: float32 } };
	const kept = graph.operation('Neg', type, ['x:0']);
	const forget = graph.checkpoint();
	const removed = graph.operation('Exp', type, [`${kept}:0`]);
	graph.named({ name: 'placeholder', operation: 'Placeholder', inputs: [], attributes: type });
	forget();
	const names = (): string[] => graph.nodes.map(node => node.name);
	t.deepEqual(names(), [kept]);
	t.is(graph.operation('Neg', type, ['x:0']), kept);
	t.is(graph.operation('Exp', type, [`${kept}:0`]), removed);
	t.deepEqual(names(), [kept, removed]);
});
