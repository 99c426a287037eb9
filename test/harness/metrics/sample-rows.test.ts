import test from 'ava';
import { sampleRows } from '../../../harness/metrics/sample-rows.ts';
import { createStream } from '../../../harness/tensor/random.ts';

test('rows are ascending, different and in range', t => {
	for (const [count, size] of [
		[10, 10],
		[1000, 30],
		[5, 0],
	]) {
		const rows = sampleRows(createStream(1, 'rows', count), count, size);
		t.is(new Set(rows).size, size);
		t.true(rows.every((row, index) => row < count && (index === 0 || row > rows[index - 1])));
	}
});

test('every row is drawn equally often, and each seed draws its own', t => {
	const drawn = new Array<number>(8).fill(0);
	for (let seed = 1; seed <= 4000; seed++) {
		for (const row of sampleRows(createStream(seed, 'rows'), 8, 3)) drawn[row] += 1;
	}
	// Expected 1500 each, standard deviation 31.
	t.true(
		drawn.every(count => Math.abs(count - 1500) < 5 * 31),
		`${drawn}`,
	);
});

test('more rows than there are are refused', t => {
	t.throws(() => sampleRows(createStream(1, 'rows'), 3, 4), {
		instanceOf: RangeError,
		message: 'size: expected at most 3 rows, got 4',
	});
});
