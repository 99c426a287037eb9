import test from 'ava';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import {
	assignRows,
	assignRowsFillingClusters,
} from '../../../../methods/pretraining/clustering/assign-rows.ts';
import { featureRowsFromArray } from '../../../../methods/pretraining/clustering/feature-rows.ts';
import { openCentreSearch } from '../../../../methods/pretraining/clustering/nearest-centres.ts';

const line = featureRowsFromArray(Float32Array.of(0, 1, 2, 10, 14), 1);
const search = openCentreSearch(1);
test.afterEach(() => search.dispose());

test('rows go to their nearest centre, with counts and inertia', t => {
	tf.zeros([1]).dispose();
	const before = tf.memory().numTensors;
	t.deepEqual(assignRows(line, Float32Array.of(11, 1, 99), search), {
		assignments: Int32Array.of(1, 1, 1, 0, 0),
		counts: Float64Array.of(2, 3, 0),
		squaredDistances: Float64Array.of(1, 0, 1, 1, 9),
		inertia: 12,
	});
	search.dispose();
	t.is(tf.memory().numTensors, before);
});

test('an empty cluster gets a part of the worst one, and the inertia falls', t => {
	const centres = Float32Array.of(11, 1, 99);
	const { counts, inertia } = assignRowsFillingClusters(line, centres, search);
	t.deepEqual(counts, Float64Array.of(1, 3, 1));
	t.true(inertia < 12);
	t.true(Math.abs(centres[2] - 11.3) < 1e-6);
});

test('several empty clusters are filled', t => {
	const { counts } = assignRowsFillingClusters(line, Float32Array.of(5, 99, 98, 97, 96), search);
	t.true(counts.every(count => count === 1));
});

test('clusters stay empty where there are fewer different rows', t => {
	const copies = featureRowsFromArray(Float32Array.of(2, 2, 2, 7), 1);
	const { counts, inertia } = assignRowsFillingClusters(copies, Float32Array.of(2, 7, 50), search);
	t.deepEqual(counts, Float64Array.of(3, 1, 0));
	t.is(inertia, 0);
});
