import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { featureSetFromArray } from '../../../harness/metrics/feature-set.ts';
import { statisticsOfSet } from '../../../harness/metrics/set-statistics.ts';
import { countNativeTensors } from '../../../harness/tensor/float64.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { hashFeatures } from './hash-features.ts';

test('the chosen rows have the statistics of a set that holds only them', t => {
	const values = hashFeatures(40, 3, 5);
	const rows = Uint32Array.of(0, 7, 8, 9, 31, 39);
	const chosen = new Float32Array(rows.length * 3);
	rows.forEach((row, index) => {
		chosen.set(values.subarray(row * 3, row * 3 + 3), index * 3);
	});
	const expected = statisticsOfSet(featureSetFromArray(chosen, 3));
	for (const batchRows of [1, 8, 100]) {
		const { count, mean, covariance } = statisticsOfSet(featureSetFromArray(values, 3, { batchRows }), {
			rows,
		});
		t.is(count, 6);
		t.true(mean.every((value, index) => Math.abs(value - expected.mean[index]) < 1e-14));
		t.true(covariance.every((value, index) => Math.abs(value - expected.covariance[index]) < 1e-14));
	}
});

test('no row has no statistics', t => {
	t.throws(() => statisticsOfSet(featureSetFromArray(new Float32Array(6), 3), { rows: new Uint32Array() }), {
		instanceOf: UsageError,
		message: 'images: expected at least 1, got 0',
	});
});

test('no tensor is left behind', t => {
	tf.zeros([1]).dispose();
	const before = [tf.memory().numTensors, countNativeTensors()];
	const set = featureSetFromArray(hashFeatures(20, 3, 5), 3, { batchRows: 6 });
	statisticsOfSet(set);
	statisticsOfSet(set, { rows: Uint32Array.of(1, 2, 19) });
	t.throws(() => statisticsOfSet(set, { rows: new Uint32Array() }));
	t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
});
