import test from 'ava';
import { requireFinite } from '../../../harness/statistics/require-finite.ts';

test('finite numbers pass', t => {
	t.notThrows(() => requireFinite([0, -1.5, Number.MAX_VALUE]));
});

test('no values are refused', t => {
	t.throws(() => requireFinite([]), {
		instanceOf: RangeError,
		message: 'values: expected at least one number, got none',
	});
});

for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
	test(`${value} is refused, with its position`, t => {
		t.throws(() => requireFinite([1, 2, value, 3]), {
			instanceOf: RangeError,
			message: `values[2]: expected a finite number, got ${value}`,
		});
	});
}
