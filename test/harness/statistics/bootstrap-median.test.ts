import test from 'ava';
import { bootstrapInterval } from '../../../harness/statistics/bootstrap-interval.ts';
import { bootstrapMedian } from '../../../harness/statistics/bootstrap-median.ts';
import { median } from '../../../harness/statistics/median.ts';
import { createStream } from '../../../harness/tensor/random.ts';

for (const count of [10, 11, 50, 251]) {
	test(`is the bootstrap of the median for ${count} values, number for number`, t => {
		const values = [...createStream(count, 'values').normals(count)];
		// Equal values have equal medians whichever of them is drawn.
		values[3] = values[7]!;
		const options = { seed: 1, resamples: 500 };
		t.deepEqual(bootstrapMedian(values, options), bootstrapInterval(values, median, options));
	});
}

test('refuses what the bootstrap refuses', t => {
	t.throws(() => bootstrapMedian([1, 2, 3], { seed: 1 }), {
		instanceOf: RangeError,
		message: /at least 10/u,
	});
	t.throws(() => bootstrapMedian([...new Array(10).fill(1), Number.NaN], { seed: 1 }), {
		instanceOf: RangeError,
	});
});
