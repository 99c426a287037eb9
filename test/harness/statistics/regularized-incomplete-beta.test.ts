import test from 'ava';
import { regularizedIncompleteBeta } from '../../../harness/statistics/regularized-incomplete-beta.ts';

// SciPy, ci/golden/metrics-student-t.py: x, a, b, I_x(a, b).
const golden = [
	[0.3, 2, 5, 0.579825],
	[0.5, 0.5, 0.5, 0.5],
	[0.9, 10, 0.5, 0.15164090963470994],
	[0.01, 1, 3, 0.029701],
	[0.6, 50, 40, 0.8011534179744884],
	[0.999, 500, 0.5, 0.31731044730971725],
];

for (const [x, a, b, expected] of golden) {
	test(`I_${x}(${a}, ${b}) agrees with SciPy`, t => {
		t.true(Math.abs(regularizedIncompleteBeta(x, a, b) / expected - 1) < 1e-11);
	});
}

test('the ends are 0 and 1', t => {
	t.is(regularizedIncompleteBeta(0, 2, 3), 0);
	t.is(regularizedIncompleteBeta(1, 2, 3), 1);
});

test('arguments outside the domain are refused', t => {
	t.throws(() => regularizedIncompleteBeta(1.1, 1, 1), {
		message: 'x: expected a number in [0, 1], got 1.1',
	});
	t.throws(() => regularizedIncompleteBeta(Number.NaN, 1, 1), { instanceOf: RangeError });
	t.throws(() => regularizedIncompleteBeta(0.5, 0, 1), { message: 'a: expected a positive number, got 0' });
	t.throws(() => regularizedIncompleteBeta(0.5, 1, -1), { message: 'b: expected a positive number, got -1' });
});
