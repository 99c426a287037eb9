import test from 'ava';
import { purity } from '../../../harness/statistics/purity.ts';
import { labellings } from './labellings.ts';

for (const { name, clusters, classes, purity: expected } of labellings) {
	test(`agrees with the golden value: ${name}`, t => {
		t.true(Math.abs(purity(clusters, classes) - expected) < 1e-14);
	});
}

test('purity is not symmetric: clusters come first', t => {
	t.is(purity([0, 0, 1, 1], [0, 0, 0, 0]), 1);
	t.is(purity([0, 0, 0, 0], [0, 0, 1, 1]), 0.5);
});

test('labellings of different length are refused', t => {
	t.throws(() => purity([0, 1], [0]), { instanceOf: RangeError, message: /equal length, got 2 and 1/u });
});
