import test from 'ava';
import { contingencyTable } from '../../../harness/statistics/contingency-table.ts';

test('pairs and margins are counted, labels need not be dense', t => {
	const table = contingencyTable([0, 0, 7, 7, 7], Int32Array.of(2, 3, 3, 3, 2));
	t.is(table.total, 5);
	t.deepEqual(
		[...table.rowCounts],
		[
			[0, 2],
			[7, 3],
		],
	);
	t.deepEqual(
		[...table.columnCounts],
		[
			[2, 2],
			[3, 3],
		],
	);
	t.deepEqual(table.cells, [
		{ row: 0, column: 2, count: 1 },
		{ row: 0, column: 3, count: 1 },
		{ row: 7, column: 3, count: 2 },
		{ row: 7, column: 2, count: 1 },
	]);
});

test('labellings that cannot be compared are refused', t => {
	t.throws(() => contingencyTable([], []), {
		instanceOf: RangeError,
		message: 'labels: expected at least one item, got none',
	});
	t.throws(() => contingencyTable([1, 2], [1]), {
		instanceOf: RangeError,
		message: 'labels: expected two labellings of equal length, got 2 and 1',
	});
	t.throws(() => contingencyTable([1, 2], [0, -1]), {
		instanceOf: RangeError,
		message: 'second[1]: expected a whole number from 0 on, got -1',
	});
	t.throws(() => contingencyTable([1, Number.NaN], [0, 1]), {
		instanceOf: RangeError,
		message: 'first[1]: expected a whole number from 0 on, got NaN',
	});
});
