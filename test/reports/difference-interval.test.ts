import test from 'ava';
import { differenceInterval, sampleStdFromPopulation } from '../../reports/difference-interval.ts';

// scipy.stats.ttest_ind(equal_var=False).confidence_interval(), by ci/golden/difference_interval.py
const cases = [
	{
		ours: { n: 3, mean: 8.096666666666666, sampleStd: 0.18717193521821981 },
		theirs: { n: 3, mean: 8.1, sampleStd: 0.1322875655532294 },
		low: -0.3874564620153448,
		high: 0.3807897953486771,
	},
	{
		ours: { n: 5, mean: 78.41999999999999, sampleStd: 1.5254507530562875 },
		theirs: { n: 3, mean: 72.9, sampleStd: 1.8681541692269426 },
		low: 1.8294966505475974,
		high: 9.210503349452367,
	},
	{
		ours: { n: 3, mean: 71.7, sampleStd: 81.2347216404414 },
		theirs: { n: 4, mean: 26.9, sampleStd: 1.5253414918196728 },
		low: -156.9227130497757,
		high: 246.52271304977572,
	},
];

test('agrees with SciPy', t => {
	for (const { ours, theirs, low, high } of cases) {
		const interval = differenceInterval(ours, theirs);
		t.true(Math.abs(interval.low - low) < 1e-7, `${interval.low} ${low}`);
		t.true(Math.abs(interval.high - high) < 1e-7, `${interval.high} ${high}`);
	}
});

test('a side without spread is an exact number: the interval is the t interval of the other', t => {
	// mean 10, sample std 1, n 4: 10 ± 3.182446305 / 2
	const interval = differenceInterval({ n: 4, mean: 10, sampleStd: 1 }, { n: 3, mean: 8, sampleStd: 0 });
	t.true(Math.abs(interval.low - (2 - 1.5912231527)) < 1e-7);
	t.true(Math.abs(interval.high - (2 + 1.5912231527)) < 1e-7);
	const exact = { n: 3, mean: 1, sampleStd: 0 };
	t.deepEqual(differenceInterval(exact, { ...exact, mean: 3 }), { low: -2, high: -2 });
});

test('one value with a spread is an error', t => {
	t.throws(() => differenceInterval({ n: 1, mean: 1, sampleStd: 1 }, { n: 3, mean: 1, sampleStd: 1 }), {
		instanceOf: RangeError,
	});
});

test('turns the divisor n into n - 1', t => {
	t.true(Math.abs(sampleStdFromPopulation(1.247219128924647, 3) - 1.5275252316519465) < 1e-12);
});
