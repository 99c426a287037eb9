import test from 'ava';
import { describeSubset, selectLabelled } from '../../../harness/data/label-subset.ts';
import { UsageError } from '../../../harness/errors.ts';

const labels = Int32Array.from({ length: 1000 }, (_, index) => index % 10);
const select = (fraction: number, seed = 1): Uint32Array =>
	selectLabelled({ labels, classes: 10, fraction, seed });

test('every class keeps its rounded share', t => {
	for (const [fraction, each] of [
		[0.05, 5],
		[0.1, 10],
		[0.2, 20],
		[0.025, 3],
		[0.014, 1],
	]) {
		t.deepEqual(describeSubset(labels, 10, select(fraction)).perClass, new Array(10).fill(each));
	}
});

test('shares follow the size of each class', t => {
	const uneven = Int32Array.from({ length: 60 }, (_, index) => (index < 40 ? 0 : index < 57 ? 1 : 2));
	const indices = selectLabelled({ labels: uneven, classes: 3, fraction: 0.1, seed: 1 });
	t.deepEqual(describeSubset(uneven, 3, indices).perClass, [4, 2, 1]);
});

test('a class keeps at least one label', t => {
	t.deepEqual(describeSubset(labels, 10, select(1e-6)).perClass, new Array(10).fill(1));
});

test('fraction 1 is all images', t => {
	t.deepEqual(
		[...select(1)],
		Array.from({ length: 1000 }, (_, index) => index),
	);
});

test('a smaller fraction is part of a larger one', t => {
	const [five, ten, twenty] = [select(0.05), select(0.1), select(0.2)].map(indices => new Set(indices));
	t.true([...five].every(index => ten.has(index)));
	t.true([...ten].every(index => twenty.has(index)));
	t.is(twenty.size, 200);
});

test('the choice belongs to the seed and is sorted', t => {
	t.deepEqual(select(0.1), select(0.1));
	t.notDeepEqual(select(0.1, 2), select(0.1, 1));
	t.deepEqual(select(0.1), select(0.1).sort());
});

test('classes are drawn independently of each other', t => {
	// The same positions in every class would mean one shared stream.
	const positionsOf = (label: number): number[] =>
		[...select(0.1)].filter(index => labels[index] === label).map(index => Math.floor(index / 10));
	t.notDeepEqual(positionsOf(0), positionsOf(1));
});

for (const fraction of [0, -0.1, 1.01, 10, Number.NaN]) {
	test(`a fraction of ${fraction} is refused`, t => {
		t.throws(() => select(fraction), {
			instanceOf: UsageError,
			message: `label fraction: expected a number above 0 and at most 1, got ${fraction}`,
		});
	});
}

test('a class without images is refused', t => {
	t.throws(() => selectLabelled({ labels: Int32Array.of(0, 2), classes: 3, fraction: 0.5, seed: 1 }), {
		instanceOf: UsageError,
		message: 'label subset: class 1 has no images',
	});
});

test('a description tells subsets apart', t => {
	const { count, digest } = describeSubset(labels, 10, Uint32Array.of(1, 2, 258));
	t.is(count, 3);
	// printf '\x01\0\0\0\x02\0\0\0\x02\x01\0\0' | sha256sum
	t.is(digest, '4abf56585bb9c3ee7a0dbc7868fa25fbdbd19958b2c48aef41e510881690c974');
	t.not(describeSubset(labels, 10, Uint32Array.of(1, 2, 259)).digest, digest);
});
