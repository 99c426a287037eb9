import test from 'ava';
import { findDuplicates } from '../../../../harness/data/packed/find-duplicates.ts';
import { createStream } from '../../../../harness/tensor/random.ts';

test('pictures are held against the first one of their content', t => {
	// Training pictures 0 to 4, held-out ones 5 to 7.
	const contents = Float64Array.of(7, 9, 7, 7, 2 ** 52 - 1, 9, 4, 4);
	const labels = Int32Array.of(0, 1, 0, 1, 1, 1, 0, 0);
	const found = findDuplicates({ contents, labels, testFirst: 5, mostExamples: 3 });
	t.deepEqual(found, {
		sameLabel: 2,
		otherLabel: 1,
		acrossSplits: 1,
		examples: [
			{ image: 2, of: 0 },
			{ image: 3, of: 0 },
			{ image: 5, of: 1 },
		],
	});
	t.deepEqual([...contents], [7, 9, 7, 7, 2 ** 52 - 1, 9, 4, 4]);
});

test('a set without held-out pictures has none across splits', t => {
	const found = findDuplicates({
		contents: Float64Array.of(1, 1),
		labels: Int32Array.of(0, 0),
		testFirst: Number.POSITIVE_INFINITY,
		mostExamples: 0,
	});
	t.deepEqual(found, { sameLabel: 1, otherLabel: 0, acrossSplits: 0, examples: [] });
});

test('counts are those of going through the pictures one by one', t => {
	const stream = createStream(1, 'duplicates');
	const contents = Float64Array.from({ length: 2000 }, () => stream.integer(1500));
	const labels = Int32Array.from({ length: 2000 }, () => stream.integer(3));
	const testFirst = 1500;
	const expected = { sameLabel: 0, otherLabel: 0, acrossSplits: 0 };
	for (let image = 0; image < contents.length; image++) {
		const first = contents.indexOf(contents[image]);
		if (first === image) continue;
		const kind = first < testFirst && image >= testFirst ? 'acrossSplits' : undefined;
		expected[kind ?? (labels[first] === labels[image] ? 'sameLabel' : 'otherLabel')] += 1;
	}
	const { examples, ...counts } = findDuplicates({ contents, labels, testFirst, mostExamples: 5 });
	t.deepEqual(counts, expected);
	t.is(examples.length, 5);
});
