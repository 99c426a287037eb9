import test from 'ava';
import { groupByClass, selectBalanced } from '../../../harness/data/balanced-subset.ts';
import { UsageError } from '../../../harness/errors.ts';
import { createStream } from '../../../harness/tensor/random.ts';

// 30 images of class 0, 10 of class 1, 3 of class 2.
const labels = Int32Array.from({ length: 43 }, (_, index) => (index < 30 ? 0 : index < 40 ? 1 : 2));
const select = (count: number, seed = 1): Uint32Array =>
	selectBalanced(labels, 3, count, createStream(seed, 'test'), 'train');
const countsOf = (indices: Uint32Array): number[] =>
	groupByClass(
		labels.filter((_, index) => indices.includes(index)),
		3,
	).map(group => group.length);

test('images are grouped by class in their order', t => {
	t.deepEqual(groupByClass(Int32Array.of(2, 0, 2, 0), 3), [[1, 3], [], [0, 2]]);
});

test('every class gives the same number as long as it can', t => {
	t.deepEqual(countsOf(select(9)), [3, 3, 3]);
	t.deepEqual(countsOf(select(8)), [3, 3, 2]);
	t.deepEqual(countsOf(select(15)), [6, 6, 3]);
	t.deepEqual(countsOf(select(30)), [17, 10, 3]);
	t.deepEqual(
		[...select(43)],
		Array.from({ length: 43 }, (_, index) => index),
	);
});

test('indices ascend, and a smaller count is part of a larger one', t => {
	const large = select(20);
	t.deepEqual(large, large.slice().sort());
	t.true(select(7).every(index => large.includes(index)));
});

test('the stream decides', t => {
	t.deepEqual(select(12, 1), select(12, 1));
	t.notDeepEqual(select(12, 1), select(12, 2));
});

for (const count of [2, 44, 4.5, Number.NaN]) {
	test(`${count} images are refused`, t => {
		t.throws(() => select(count), {
			instanceOf: UsageError,
			message: `data: train images: expected a whole number from 3 (one a class) to 43 (all), got ${count}`,
		});
	});
}
