import test from 'ava';
import { featureRowsFromArray } from '../../../../methods/pretraining/clustering/feature-rows.ts';
import { miniBatches } from '../../../../methods/pretraining/clustering/mini-batches.ts';
import { clusterSettings } from '../../../../methods/pretraining/clustering/options.ts';

const features = featureRowsFromArray(
	Float32Array.from({ length: 12 }, (_, row) => row),
	1,
);
const take = (count: number, batchRows: number, restart = 0): number[][] => {
	const batches = miniBatches(features, clusterSettings({ clusters: 1, seed: 1, batchRows }, 12), restart);
	return Array.from({ length: count }, () => [...batches.next().value]);
};
const ascending = (values: number[]): number[] => values.toSorted((a, b) => a - b);
const all = Array.from({ length: 12 }, (_, row) => row);

test('every row is seen once before any is seen twice', t => {
	const rows = take(10, 6).flat();
	for (let round = 0; round < 5; round++)
		t.deepEqual(ascending(rows.slice(12 * round, 12 * round + 12)), all);
});

test('rounds and restarts have different orders', t => {
	const [first, second] = take(2, 12);
	t.notDeepEqual(first, second);
	t.notDeepEqual(take(1, 12, 1)[0], first);
});

test('batches run on over the end of a round', t => {
	const batches = take(3, 8);
	t.deepEqual(ascending(batches.flat().slice(0, 12)), all);
	t.deepEqual(ascending(batches.flat().slice(12)), all);
});

test('rows read ahead in order make the same batches with fewer readings', t => {
	let readings = 0;
	const { count, dimension } = features;
	const inOrder = {
		count,
		dimension,
		batches() {
			readings++;
			return features.batches();
		},
	};
	// Memory for three batches of 4 rows.
	const settings = clusterSettings(
		{ clusters: 1, seed: 1, batchRows: 4, iterations: 9, memoryMebibytes: 48 / 2 ** 20 },
		12,
	);
	const batches = miniBatches(inOrder, settings, 0);
	const read = Array.from({ length: 9 }, () => [...batches.next().value]);
	t.deepEqual(read, take(9, 4));
	t.is(readings, 3);
});
