import test from 'ava';
import { featureSetFromArray } from '../../../harness/metrics/feature-set.ts';
import { gatherRows } from '../../../harness/metrics/gather-rows.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';

test('selections across batches, overlapping and empty, come back in order', t => {
	const values = Float32Array.from({ length: 20 }, (_, index) => index);
	for (const batchRows of [1, 3, 4, 10]) {
		const set = featureSetFromArray(values, 2, { batchRows });
		const before = tf.memory().numTensors;
		const gathered = gatherRows(set, [Uint32Array.of(0, 3, 9), Uint32Array.of(), Uint32Array.of(2, 3, 4, 5)]);
		t.deepEqual(
			gathered.map(rows => [...rows]),
			[[0, 1, 6, 7, 18, 19], [], [4, 5, 6, 7, 8, 9, 10, 11]],
		);
		t.is(tf.memory().numTensors, before);
	}
});
