import test from 'ava';
import { architectureTables } from '../../reports/architecture-tables.ts';

test('Tables 6 to 11 come from the networks, and equal the paper but for its misprints', t => {
	const tables = new Map(architectureTables().map(table => [table.number, table]));
	t.deepEqual(
		[...tables.keys()].sort((a, b) => a - b),
		[6, 7, 8, 9, 10, 11],
	);
	const differing = (number: number) =>
		tables
			.get(number)!
			.rows.filter(row => row.at(-1) !== 'the same')
			.map(row => row.join(' / '));
	// The paper prints 3 channels before the last convolution, and batch norm in D; its Tables 10 and 11 say otherwise.
	t.deepEqual(differing(6), ['BN, ReLU / - / 128 × 128 × 1·ch / BN, ReLU | - | 128 x 128 x 3']);
	t.deepEqual(differing(7), []);
	t.deepEqual(differing(8), [
		'ReLU / - / - / h × w × c_i / BN, ReLU | - | - | h x w x c_i',
		'ReLU / - / - / h × w × c_o / BN, ReLU | - | - | h x w x c_o',
	]);
	t.deepEqual(differing(9), []);
	t.deepEqual(differing(10), []);
	t.deepEqual(differing(11), []);
	t.is(tables.get(10)!.rows.length, 42);
	t.is(tables.get(11)!.rows.length, 62);
	t.regex(tables.get(10)!.note!, /^87,982,370 .* the same, tensor by tensor$/u);
});
