import test from 'ava';
import { featureSetFromArray } from '../../../harness/metrics/feature-set.ts';
import { squaredNeighbourRadiiSteps } from '../../../harness/metrics/neighbour-distances.ts';
import { toEnd } from '../../../harness/metrics/steps.ts';
import { countNativeTensors } from '../../../harness/tensor/float64.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { hashFeatures } from './hash-features.ts';

const squaredNeighbourRadii = (...parameters: Parameters<typeof squaredNeighbourRadiiSteps>) =>
	toEnd(squaredNeighbourRadiiSteps(...parameters));

test('points of a line have the radii that one sees', t => {
	const set = featureSetFromArray(Float32Array.of(0, 1, 3, 7), 1);
	t.deepEqual([...squaredNeighbourRadii(set, 1)], [1, 1, 4, 16]);
	t.deepEqual([...squaredNeighbourRadii(set, 2)], [9, 4, 9, 36]);
	t.deepEqual([...squaredNeighbourRadii(set, 3)], [49, 36, 16, 49]);
});

test('copies of a point are neighbours at distance 0', t => {
	const set = featureSetFromArray(Float32Array.of(5, 5, 5, 9), 1);
	t.deepEqual([...squaredNeighbourRadii(set, 2)], [0, 0, 0, 16]);
});

test('the size of the tiles does not matter', t => {
	const values = hashFeatures(53, 6, 1);
	const whole = squaredNeighbourRadii(featureSetFromArray(values, 6), 4);
	for (const blockRows of [2, 7, 26, 53]) {
		const tiled = squaredNeighbourRadii(featureSetFromArray(values, 6, { batchRows: 10 }), 4, { blockRows });
		t.true(tiled.every((value, index) => Math.abs(value / whole[index] - 1) < 1e-6));
	}
});

test('progress rises to 1', t => {
	const seen: number[] = [];
	squaredNeighbourRadii(featureSetFromArray(hashFeatures(30, 2, 1), 2), 2, {
		blockRows: 10,
		onProgress: fraction => seen.push(fraction),
	});
	t.deepEqual(
		seen,
		[1, 2, 3, 4, 5, 6].map(tile => tile / 6),
	);
});

test('no tensor is left behind, also when reading fails', t => {
	tf.zeros([1]).dispose();
	const before = [tf.memory().numTensors, countNativeTensors()];
	const set = featureSetFromArray(hashFeatures(30, 2, 1), 2);
	squaredNeighbourRadii(set, 2, { blockRows: 7 });
	t.throws(() => squaredNeighbourRadii({ ...set, count: 31 }, 2, { blockRows: 7 }));
	t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
});
