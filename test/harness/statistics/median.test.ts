import test from 'ava';
import { median } from '../../../harness/statistics/median.ts';

test('the middle of an odd count', t => {
	t.is(median([9, 7.7, 10.5]), 9);
});

test('the mean of the two middle values of an even count', t => {
	t.is(median([4, 1, 3, 2]), 2.5);
});

test('the given values keep their order', t => {
	const values = [3, 1, 2];
	median(values);
	t.deepEqual(values, [3, 1, 2]);
});

test('NaN does not become a plausible median', t => {
	t.throws(() => median([Number.NaN, 1, 3]), { instanceOf: RangeError, message: /values\[0\]/u });
	t.throws(() => median([]), { instanceOf: RangeError });
});
