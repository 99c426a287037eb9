import test from 'ava';
import { describeClusters } from '../../../../methods/pretraining/clustering/describe-clusters.ts';

test('scores and the majority of each cluster, the largest cluster first', t => {
	// NMI and ARI: scikit-learn on the same labels under other names, ci/golden/clustering-quality.py ("split").
	const { clusters, ...scores } = describeClusters([5, 5, 1, 1, 2, 2, 3, 3], [0, 0, 0, 0, 1, 1, 1, 1]);
	t.is(scores.purity, 1);
	t.true(Math.abs(scores.normalisedMutualInformation - 0.666666666666667) < 1e-14);
	t.true(Math.abs(scores.adjustedRandIndex - 0.36363636363636365) < 1e-14);
	t.deepEqual(
		clusters.map(({ cluster }) => cluster),
		[1, 2, 3, 5],
	);
	const [first, second] = describeClusters([1, 0, 0, 0, 0, 0], [7, 3, 2, 2, 3, 9]).clusters;
	t.deepEqual(first, { cluster: 0, images: 5, majorityClass: 2, majorityShare: 0.4 });
	t.deepEqual(second, { cluster: 1, images: 1, majorityClass: 7, majorityShare: 1 });
});

test('images without a true class are refused', t => {
	t.throws(() => describeClusters(Int32Array.of(0, 1), Int32Array.of(0, -1)), {
		instanceOf: RangeError,
		message: 'second[1]: expected a whole number from 0 on, got -1',
	});
});
