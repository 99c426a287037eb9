import test from 'ava';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import {
	featureRowsFromArray,
	gatherRows,
	readAllRows,
} from '../../../../methods/pretraining/clustering/feature-rows.ts';
import { unitRows } from '../../../../methods/pretraining/clustering/unit-rows.ts';

test('vectors get length 1, zeros stay, the given values do not change', t => {
	tf.zeros([1]).dispose();
	const before = tf.memory().numTensors;
	const values = Float32Array.of(3, 4, 0, 0, -8, 6);
	const features = unitRows(featureRowsFromArray(values, 2));
	const expected = Float32Array.of(0.6, 0.8, 0, 0, -0.8, 0.6);
	readAllRows(features, rows => t.deepEqual(rows, expected));
	t.deepEqual(gatherRows(features, Uint32Array.of(2)), expected.subarray(4));
	t.deepEqual(values, Float32Array.of(3, 4, 0, 0, -8, 6));
	t.is(tf.memory().numTensors, before);
});

test('features without random access keep it that way', t => {
	const { count, dimension, batches } = featureRowsFromArray(new Float32Array(4), 2);
	t.is(unitRows({ count, dimension, batches }).rows, undefined);
});

test('a tensor that shares memory with its source leaves it as it was', t => {
	const values = Float32Array.of(3, 4);
	const features = unitRows({
		count: 1,
		dimension: 2,
		*batches() {
			yield tf.tensor2d(values, [1, 2]);
		},
	});
	readAllRows(features, () => {});
	t.deepEqual(values, Float32Array.of(3, 4));
});
