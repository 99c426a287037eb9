import test from 'ava';
import { featureSetFromArray } from '../../../harness/metrics/feature-set.ts';
import { frechetDistance } from '../../../harness/metrics/frechet-distance.ts';
import { frechetDistanceOfRows } from '../../../harness/metrics/frechet-of-rows.ts';
import { statisticsOfSet } from '../../../harness/metrics/set-statistics.ts';
import { countNativeTensors } from '../../../harness/tensor/float64.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { hashFeatures } from './hash-features.ts';

test('rows give the distance of their statistics, singular or not', t => {
	for (const [n, m, dimension] of [
		[40, 30, 64],
		[50, 90, 12],
		[2, 2, 5],
		[2, 200, 5],
	]) {
		const [a, b] = [hashFeatures(n, dimension, 3), hashFeatures(m, dimension, 4, { shift: 0.3 })];
		const expected = frechetDistance(
			statisticsOfSet(featureSetFromArray(a, dimension)),
			statisticsOfSet(featureSetFromArray(b, dimension)),
		);
		t.true(Math.abs(frechetDistanceOfRows(a, b, dimension) / expected - 1) < 1e-10, `${n} ${m}`);
	}
});

test('a few rows of many features agree with SciPy', t => {
	// ci/golden/metrics-features.py: "40 and 30 rows of 64"
	const a = hashFeatures(40, 64, 3, { decay: 0.05 });
	const c = hashFeatures(30, 64, 5, { decay: 0.02 });
	t.true(Math.abs(frechetDistanceOfRows(a, c, 64) / 27.64373979888066 - 1) < 1e-12);
});

test('equal and constant rows have distance 0', t => {
	const rows = hashFeatures(5, 8, 1);
	t.true(frechetDistanceOfRows(rows, rows, 8) < 1e-12);
	t.is(frechetDistanceOfRows(new Float32Array(24).fill(2), new Float32Array(16).fill(2), 8), 0);
});

test('no tensor is left behind', t => {
	tf.zeros([1]).dispose();
	const before = [tf.memory().numTensors, countNativeTensors()];
	frechetDistanceOfRows(hashFeatures(5, 8, 1), hashFeatures(4, 8, 1), 8);
	t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
});
