import test from 'ava';
import {
	compareTensors,
	describeTensor,
	type ExpectedTensor,
} from '../../../harness/verify/compare-network.ts';
import type { NetworkDescription } from '../../../methods/networks/parameters.ts';

type Row = readonly [name: string, shape: readonly number[]];

const table: readonly Row[] = [
	['a', [2, 3]],
	['b', [4]],
	['c', []],
	['d', [1, 1, 5, 6]],
];
const expected: readonly ExpectedTensor[] = table.map(([name, shape]) => ({
	name,
	shape,
	size: shape.reduce((product, extent) => product * extent, 1),
}));
const network = (rows: readonly Row[]): NetworkDescription => ({
	name: 'network',
	parameters: rows.map(([name, shape]) => ({ name, shape, initializer: 'zeros', spectralNorm: false })),
});

test('equal tables have no mismatch', t => {
	t.deepEqual(compareTensors(expected, network(table)), []);
});

test('another shape names the tensor, even with an equal size', t => {
	const [a, ...others] = table;
	t.deepEqual(compareTensors(expected, network([[a![0], [3, 2]], ...others])), [
		{ name: 'a', expected: '2×3 (6 elements)', actual: '3×2 (6 elements)' },
	]);
});

test('a missing tensor and an extra one are told apart', t => {
	t.deepEqual(compareTensors(expected, network(table.filter(([name]) => name !== 'c'))), [
		{ name: 'c', expected: 'scalar (1 element)', actual: null },
	]);
	t.deepEqual(compareTensors(expected, network([...table, ['e', [7]]])), [
		{ name: 'e', expected: null, actual: '7 (7 elements)' },
	]);
	t.deepEqual(compareTensors(expected, network([...table, ['b', [4]]])), [
		{ name: 'b', expected: 'one tensor of this name', actual: 'two' },
	]);
});

test('one moved tensor is one mismatch, not one for every row after it', t => {
	const [a, b, c, d] = table;
	t.deepEqual(compareTensors(expected, network([b!, c!, d!, a!])), [
		{ name: 'a', expected: 'row 1', actual: 'row 4 (moved)' },
	]);
	// Nothing is moved if a row before it is missing.
	t.deepEqual(compareTensors(expected, network([b!, c!, d!])), [
		{ name: 'a', expected: '2×3 (6 elements)', actual: null },
	]);
});

test('a network without tensors misses all of them', t => {
	t.deepEqual(
		compareTensors(expected, network([])).map(({ name, actual }) => [name, actual]),
		table.map(([name]) => [name, null]),
	);
});

test('describes scalars and large tensors', t => {
	t.is(describeTensor([]), 'scalar (1 element)');
	t.is(describeTensor([3, 3, 1536, 1536]), '3×3×1536×1536 (21,233,664 elements)');
});
