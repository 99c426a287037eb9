import test from 'ava';
import { planSplits } from '../../../../methods/pretraining/clustering/plan-splits.ts';

test('the cluster with the most inertia is split first, towards its farthest row', t => {
	const clusterOf = Int32Array.of(0, 1, 1, 2, 2, 2);
	const distances = Float64Array.of(5, 1, 2, 3, 4, 1);
	// Inertias 5, 3, 8; then 5, 3, 4; then 2.5, 3, 4.
	t.deepEqual(planSplits(clusterOf, distances, 3, 3), [
		{ cluster: 2, row: 4 },
		{ cluster: 0, row: 0 },
		{ cluster: 2, row: 3 },
	]);
});

test('rows on their centres are no reason to split', t => {
	t.deepEqual(planSplits(Int32Array.of(0, 0, 1), new Float64Array(3), 4, 2), []);
	t.deepEqual(planSplits(Int32Array.of(0, 0, 1), Float64Array.of(0, 1, 0), 4, 3), [{ cluster: 0, row: 1 }]);
});

test('nothing wanted, nothing split', t => {
	t.deepEqual(planSplits(Int32Array.of(0), Float64Array.of(1), 2, 0), []);
});
