import test from 'ava';
import { permutationTest, smallestPValue } from '../../../harness/statistics/permutation-test.ts';

// Made by ci/golden/statistics_tests.py with SciPy's null distributions.
const cases = [
	{ ours: [8.31, 8.02, 7.96], theirs: [8.9, 9.4, 8.7], p: 0.1, arrangements: 20 },
	{
		ours: [24.3, 25.3, 165.5, 24.9],
		theirs: [27.2, 28.9, 25.4, 26.1, 26.0],
		p: 0.4444444444444444,
		arrangements: 126,
	},
	{ ours: [1, 2, 2, 3], theirs: [2, 2, 4], p: 0.4857142857142857, arrangements: 35 },
];

test("gives SciPy's exact p-values, ties counted", t => {
	for (const { ours, theirs, p, arrangements } of cases) {
		const result = permutationTest(ours, theirs);
		t.true(Math.abs(result.p - p) < 1e-12);
		t.is(result.arrangements, arrangements);
		t.true(Math.abs(permutationTest(theirs, ours).p - p) < 1e-12);
	}
});

test('says which p-value the sample sizes can reach', t => {
	t.is(permutationTest([1, 2, 3], [11, 12, 13]).p, 0.1);
	t.is(permutationTest([1, 2, 3], [11, 12, 13]).smallestP, 0.1);
	t.is(smallestPValue(4, 4), 2 / 70);
	t.is(smallestPValue(3, 5), 1 / 56);
	t.is(permutationTest([1, 2, 3], [11, 12, 13, 14, 15]).p, 1 / 56);
});

test('equal samples and rounding noise are no difference', t => {
	t.is(permutationTest([5, 5, 5], [5, 5, 5]).p, 1);
	// 0.1 + 0.2 and 0.3 differ in the last bit.
	t.is(permutationTest([0.1 + 0.2, 1], [0.3, 1]).p, 1);
});

test('refuses NaN, empty samples and samples too large to list', t => {
	t.throws(() => permutationTest([1, Number.NaN], [1]), { instanceOf: RangeError, message: /values\[1\]/u });
	t.throws(() => permutationTest([], [1]), { instanceOf: RangeError });
	const many = Array.from({ length: 20 }, (_, index) => index);
	t.throws(() => permutationTest(many, many), { message: /^sample sizes: expected at most/u });
});
