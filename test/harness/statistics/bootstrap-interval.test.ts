import test from 'ava';
import { mean } from 'simple-statistics';
import { bootstrapInterval, percentileInterval } from '../../../harness/statistics/bootstrap-interval.ts';
import { tInterval } from '../../../harness/statistics/t-interval.ts';
import { createStream } from '../../../harness/tensor/random.ts';

const average = (values: readonly number[]): number => mean([...values]);
const normals = (count: number, trial: number): number[] => [
	...createStream(1, 'coverage', count, trial).normals(count),
];

/** Part of the trials in which an interval holds the true mean 0. */
function coverage(count: number, trials: number, interval: (values: number[], trial: number) => Interval) {
	let inside = 0;
	for (let trial = 1; trial <= trials; trial++) {
		const { low, high } = interval(normals(count, trial), trial);
		if (low <= 0 && 0 <= high) inside++;
	}

	return inside / trials;
}

type Interval = ReturnType<typeof tInterval>;

const bootstrap = (values: number[], seed: number) =>
	percentileInterval(values, average, { seed, resamples: 300, confidence: 0.95 });

test('covers what ci/golden/statistics_tests.py measures with NumPy: 75 % at n = 3, 90 % at 10, 94 % at 40', t => {
	// 1,000 trials: two standard errors are 2.8 points at 75 % and 1.5 points at 94 %.
	t.true(Math.abs(coverage(3, 1000, bootstrap) - 0.75) < 0.05);
	t.true(Math.abs(coverage(10, 1000, bootstrap) - 0.9) < 0.035);
	t.true(Math.abs(coverage(40, 1000, bootstrap) - 0.94) < 0.025);
});

test('the t interval covers 95 % at every n, where the bootstrap does not', t => {
	for (const count of [3, 10]) {
		t.true(Math.abs(coverage(count, 1000, values => tInterval(values)) - 0.95) < 0.025, `${count}`);
	}
});

test('equal seeds give equal intervals, other seeds others', t => {
	const values = normals(20, 1);
	const interval = bootstrapInterval(values, average, { seed: 7 });
	t.deepEqual(bootstrapInterval(values, average, { seed: 7 }), interval);
	t.notDeepEqual(bootstrapInterval(values, average, { seed: 8 }), interval);
	t.true(interval.low < average(values) && average(values) < interval.high);
});

test('refuses few values, NaN and options out of range', t => {
	const values = normals(12, 1);
	t.throws(() => bootstrapInterval([1, 2, 3], average, { seed: 1 }), {
		message: 'values: expected at least 10 numbers, got 3; use a t interval',
	});
	t.throws(() => bootstrapInterval([...values, Number.NaN], average, { seed: 1 }), {
		instanceOf: RangeError,
	});
	t.throws(() => bootstrapInterval(values, average, { seed: 0 }), { message: /^seed/u });
	t.throws(() => bootstrapInterval(values, average, { seed: 1, confidence: 1 }), { message: /^confidence/u });
	t.throws(() => bootstrapInterval(values, average, { seed: 1, resamples: 10 }), { message: /^resamples/u });
});
