import test from 'ava';
import { tInterval } from '../../../harness/statistics/t-interval.ts';
import { createStream } from '../../../harness/tensor/random.ts';

test('three values agree with SciPy', t => {
	// ci/golden/metrics-student-t.py
	const { low, high } = tInterval([8.27, 7.81, 9.04]);
	t.true(Math.abs(low - 6.829499536571911) < 1e-9);
	t.true(Math.abs(high - 9.917167130094755) < 1e-9);
});

test('the interval of three normal values covers their mean 95 times in 100', t => {
	const trials = 4000;
	const normals = createStream(1, 'coverage').normals(3 * trials);
	let covered = 0;
	for (let trial = 0; trial < trials; trial++) {
		const { low, high } = tInterval([...normals.subarray(3 * trial, 3 * trial + 3)].map(value => 10 + value));
		if (low <= 10 && high >= 10) covered++;
	}
	// Binomial standard error 0.34 %; three of them either way.
	t.true(Math.abs(covered / trials - 0.95) < 0.0105, `covered ${covered} of ${trials}`);
});

test('equal values give an interval without width', t => {
	t.deepEqual(tInterval([2, 2, 2]), { low: 2, high: 2 });
});

test('one value has no interval', t => {
	t.throws(() => tInterval([1]), {
		instanceOf: RangeError,
		message: 'values: expected at least two numbers, got 1',
	});
});
