import test from 'ava';
import { holm } from '../../../harness/statistics/holm.ts';

test('adjusts as the definition says, in the order of the input', t => {
	// Made by ci/golden/statistics_tests.py.
	const expected = [0.04, 0.09, 0.09, 0.025, 0.6];
	for (const [index, p] of holm([0.01, 0.04, 0.03, 0.005, 0.6]).entries()) {
		t.true(Math.abs(p - expected[index]!) < 1e-12);
	}
});

test('leaves one test alone, and nothing is above 1', t => {
	t.deepEqual(holm([0.03]), [0.03]);
	t.deepEqual(holm([0.5, 0.9, 0.7]), [1, 1, 1]);
	t.deepEqual(holm([]), []);
});

test('refuses what is no probability', t => {
	t.throws(() => holm([0.1, Number.NaN]), { message: 'pValues[1]: expected a number in [0, 1], got NaN' });
	t.throws(() => holm([1.1]), { instanceOf: RangeError });
});
