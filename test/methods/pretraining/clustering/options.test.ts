import test from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { clusterSettings } from '../../../../methods/pretraining/clustering/options.ts';

test('defaults are filled in', t => {
	t.deepEqual(clusterSettings({ clusters: 50, seed: 1 }, 50_000), {
		clusters: 50,
		seed: 1,
		restarts: 1,
		batchRows: 1024,
		iterations: 1000,
		tolerance: 0.0001,
		startRows: 4096,
		normalise: false,
		memoryMebibytes: 512,
	});
	t.is(clusterSettings({ clusters: 1000, seed: 1 }, 50_000).startRows, 10_000);
});

test('rows of a batch and of the start are no more than there are', t => {
	const { batchRows, startRows } = clusterSettings({ clusters: 3, seed: 1 }, 100);
	t.deepEqual([batchRows, startRows], [100, 100]);
});

test('every option out of range is named', t => {
	const error = t.throws(() => clusterSettings({ clusters: 0, seed: 0, tolerance: -1 }, 10), {
		instanceOf: UsageError,
	});
	for (const name of ['clusters', 'seed', 'tolerance']) t.true(error?.message.includes(name));
	t.throws(() => clusterSettings({ clusters: 2.5, seed: 1 }, 10), { instanceOf: UsageError });
	t.throws(() => clusterSettings({ clusters: 2, seed: 1, batchrows: 5 } as never, 10), {
		instanceOf: UsageError,
		message: /batchrows/u,
	});
});

test('a start from fewer rows than clusters is refused', t => {
	t.throws(() => clusterSettings({ clusters: 20, seed: 1, startRows: 10 }, 100), {
		instanceOf: UsageError,
		message: 'startRows: expected at least the number of clusters, 20, got 10',
	});
});
