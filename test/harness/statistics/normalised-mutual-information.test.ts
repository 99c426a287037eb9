import test from 'ava';
import { normalisedMutualInformation } from '../../../harness/statistics/normalised-mutual-information.ts';
import { labellings } from './labellings.ts';

for (const { name, clusters, classes, normalisedMutualInformation: expected } of labellings) {
	test(`agrees with the golden value: ${name}`, t => {
		t.true(Math.abs(normalisedMutualInformation(clusters, classes) - expected) < 1e-14);
	});
}

test('the order of the labellings does not matter', t => {
	const [{ clusters, classes }] = labellings;
	const difference =
		normalisedMutualInformation(clusters, classes) - normalisedMutualInformation(classes, clusters);
	t.true(Math.abs(difference) < 1e-15);
});

test('no items are refused', t => {
	t.throws(() => normalisedMutualInformation([], []), { instanceOf: RangeError });
});
