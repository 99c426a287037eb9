import test from 'ava';
import { adjustedRandIndex } from '../../../harness/statistics/adjusted-rand-index.ts';
import { createStream } from '../../../harness/tensor/random.ts';
import { labellings } from './labellings.ts';

for (const { name, clusters, classes, adjustedRandIndex: expected } of labellings) {
	test(`agrees with the golden value: ${name}`, t => {
		t.true(Math.abs(adjustedRandIndex(clusters, classes) - expected) < 1e-14);
	});
}

test('random labels of a million items score near 0', t => {
	// Pair counts near 10^12 and their products near 10^24 must not lose what is left after subtraction.
	const stream = createStream(1, 'labels');
	const random = () => Int32Array.from({ length: 1_000_000 }, () => stream.integer(50));
	t.true(Math.abs(adjustedRandIndex(random(), random())) < 1e-4);
});
