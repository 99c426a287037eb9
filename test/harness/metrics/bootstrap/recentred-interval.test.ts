import test from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { recentredInterval, withDefaults } from '../../../../harness/metrics/bootstrap/recentred-interval.ts';

test('the quantiles of the replicates are moved so that their mean is the score', t => {
	const replicates = Array.from({ length: 1001 }, (_, index) => (index * 8) % 1001); // 0 … 1000, mean 500
	const { low, high } = recentredInterval(20, replicates, 0.9);
	t.true(Math.abs(low - (20 + 50 - 500)) < 1.5 && Math.abs(high - (20 + 950 - 500)) < 1.5, `${low} ${high}`);
});

test('replicates that are not finite are refused', t => {
	t.throws(() => recentredInterval(0, [1, Number.NaN], 0.9), { instanceOf: RangeError });
});

test('options have defaults and limits', t => {
	t.deepEqual(withDefaults({ seed: 3 }), { seed: 3, replicates: 1000, confidence: 0.95 });
	t.throws(() => withDefaults({ seed: 1, replicates: 99 }), {
		instanceOf: UsageError,
		message: 'replicates: expected a whole number of at least 100, got 99',
	});
	t.throws(() => withDefaults({ seed: 1, confidence: 95 }), {
		instanceOf: UsageError,
		message: 'confidence: expected a number between 0 and 1, got 95',
	});
});
