import test from 'ava';
import { entropy } from '../../../harness/statistics/entropy.ts';

test('agrees with SciPy', t => {
	// ci/golden/clustering-quality.py
	t.true(Math.abs(entropy([1, 1, 1, 1]) - 1.3862943611198906) < 1e-15);
	t.true(Math.abs(entropy([3, 1]) - 0.5623351446188083) < 1e-15);
	t.true(Math.abs(entropy([10, 0, 5, 1]) - 0.8305236914828464) < 1e-15);
	t.is(entropy([7]), 0);
});

test('weights need not be counts', t => {
	t.true(Math.abs(entropy([0.3, 0.1]) - entropy([3, 1])) < 1e-15);
});

test('weights without a distribution are refused', t => {
	for (const counts of [[], [0, 0]]) {
		t.throws(() => entropy(counts), {
			instanceOf: RangeError,
			message: 'counts: expected one above 0, got none',
		});
	}
	for (const count of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
		t.throws(() => entropy([1, count]), { instanceOf: RangeError, message: new RegExp(`got ${count}`, 'u') });
	}
});
