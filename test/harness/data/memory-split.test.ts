import test from 'ava';
import { memorySplit } from '../../../harness/data/memory-split.ts';

const split = memorySplit(Uint8Array.of(0, 1, 2, 10, 11, 12, 20, 21, 22), Int32Array.of(4, 5, 6));

test('images are read in the order asked for, repetitions included, into an array of the caller', t => {
	t.is(split.count, 3);
	const read = split.read([2, 0, 2]);
	t.deepEqual([...read], [20, 21, 22, 0, 1, 2, 20, 21, 22]);
	read.fill(0);
	t.deepEqual([...split.read(Uint32Array.of(2))], [20, 21, 22]);
	t.is(split.read([]).length, 0);
});

test('a split with other labels reads the same images', t => {
	const others = { ...split, labels: Int32Array.of(0, 0, 0) };
	t.deepEqual(others.read([1]), split.read([1]));
});

test('a number outside of the split is refused', t => {
	for (const index of [3, -1, 0.5, Number.NaN]) {
		t.throws(() => split.read([index]), {
			instanceOf: RangeError,
			message: `image: expected a number in [0, 3), got ${index}`,
		});
	}
});
