import test from 'ava';
import { summarise } from '../../../harness/statistics/summarise.ts';

test('three seeds get every statistic, both divisors told apart', t => {
	const summary = summarise([8.27, 7.81, 9.04]);
	t.is(summary.n, 3);
	t.is(summary.median, 8.27);
	t.true(Math.abs(summary.mean - 8.373333333333333) < 1e-12);
	// NumPy, ddof 0 and 1.
	t.true(Math.abs(summary.populationStd - 0.507433630033415) < 1e-12);
	t.true(Math.abs(summary.sampleStd! - 0.621476735955042) < 1e-12);
	t.true(Math.abs(summary.tInterval95!.low - 6.829499536571911) < 1e-9);
});

test('two values get no interval', t => {
	const summary = summarise([1, 3]);
	t.is(summary.tInterval95, null);
	t.is(summary.populationStd, 1);
	t.is(summary.sampleStd, Math.SQRT2);
});

test('one value has no sample standard deviation', t => {
	t.deepEqual(summarise([4]), {
		n: 1,
		median: 4,
		mean: 4,
		populationStd: 0,
		sampleStd: null,
		tInterval95: null,
	});
});

test('NaN and no values are refused', t => {
	t.throws(() => summarise([1, Number.NaN]), { instanceOf: RangeError, message: /values\[1\]/u });
	t.throws(() => summarise([]), { instanceOf: RangeError });
});
