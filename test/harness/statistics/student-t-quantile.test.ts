import test from 'ava';
import { studentTQuantile } from '../../../harness/statistics/student-t-quantile.ts';

// SciPy, ci/golden/metrics-student-t.py: probability, degrees of freedom, t.
const golden = [
	[0.975, 1, 12.706204736174694],
	[0.975, 2, 4.302652729749462],
	[0.975, 4, 2.7764451051977934],
	[0.975, 9, 2.262157162798205],
	[0.975, 29, 2.045229642132703],
	[0.995, 2, 9.924843200918287],
	[0.9, 3.5, 1.5765766051364052],
	[0.025, 2, -4.302652729749464],
	[0.975, 1000, 1.9623390808264083],
];

for (const [probability, degreesOfFreedom, expected] of golden) {
	test(`the ${probability} quantile with ${degreesOfFreedom} degrees of freedom agrees with SciPy`, t => {
		t.true(Math.abs(studentTQuantile(probability, degreesOfFreedom) / expected - 1) < 1e-10);
	});
}

test('the median of the distribution is 0', t => {
	t.is(studentTQuantile(0.5, 7), 0);
});

test('arguments outside the domain are refused', t => {
	t.throws(() => studentTQuantile(1, 2), { message: 'probability: expected a number in (0, 1), got 1' });
	t.throws(() => studentTQuantile(0.9, 0), {
		message: 'degreesOfFreedom: expected a positive number, got 0',
	});
});
