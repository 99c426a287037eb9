import test from 'ava';
import { RunFailedError, UsageError } from '../../../../harness/errors.ts';
import type { FeatureSet } from '../../../../harness/metrics/feature-set.ts';
import { normalisedMutualInformation } from '../../../../harness/statistics/normalised-mutual-information.ts';
import { createStream } from '../../../../harness/tensor/random.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { clusterFeatures } from '../../../../methods/pretraining/clustering/cluster-features.ts';
import {
	type FeatureRows,
	featureRowsFromArray,
} from '../../../../methods/pretraining/clustering/feature-rows.ts';
import { drawBlobs } from './blobs.ts';
import { overlappingBlobs } from './overlapping-blobs.ts';

/** The same rows, readable only in order, in batches of these sizes, the last one repeated. */
function inBatches(values: Float32Array, dimension: number, sizes: readonly number[]): FeatureSet {
	const count = values.length / dimension;
	return {
		count,
		dimension,
		*batches() {
			for (let start = 0, batch = 0; start < count; batch++) {
				const end = Math.min(count, start + sizes[Math.min(batch, sizes.length - 1)]);
				yield tf.tensor2d(values.slice(start * dimension, end * dimension), [end - start, dimension]);
				start = end;
			}
		},
	};
}

/** Inertia by its definition: every row, every centre, every feature. */
function bruteForce(values: Float32Array, centres: Float32Array, dimension: number) {
	const count = values.length / dimension;
	let inertia = 0;
	const assignments = Array.from({ length: count }, (_, row) => {
		let [nearest, least] = [-1, Number.POSITIVE_INFINITY];
		for (let centre = 0; centre < centres.length / dimension; centre++) {
			let sum = 0;
			for (let index = 0; index < dimension; index++) {
				sum += (values[row * dimension + index] - centres[centre * dimension + index]) ** 2;
			}
			if (sum < least) [nearest, least] = [centre, sum];
		}
		inertia += least;
		return nearest;
	});
	return { inertia, assignments };
}

test('well separated blobs are recovered', async t => {
	const { values, labels } = drawBlobs(12, 60, 16, { separation: 8 });
	const { assignments, histogram, emptyClusters } = await clusterFeatures(featureRowsFromArray(values, 16), {
		clusters: 12,
		seed: 1,
	});
	t.true(Math.abs(normalisedMutualInformation(assignments, labels) - 1) < 1e-12);
	t.true(histogram.every(part => part === 60 / 720));
	t.is(emptyClusters, 0);
});

test('inertia and assignments are those of the returned centres', async t => {
	const { values } = drawBlobs(5, 40, 6, { separation: 1 });
	const found = await clusterFeatures(featureRowsFromArray(values, 6), { clusters: 7, seed: 2 });
	const expected = bruteForce(values, found.centres, 6);
	t.deepEqual([...found.assignments], expected.assignments);
	t.true(Math.abs(found.inertia / expected.inertia - 1) < 1e-12);
	const counts = new Float64Array(7);
	for (const cluster of found.assignments) counts[cluster]++;
	t.deepEqual(
		found.histogram,
		counts.map(count => count / 200),
	);
	t.is(found.emptyClusters, 0);
});

test('equal seeds give equal clusters bit for bit, other seeds others', async t => {
	const { values } = drawBlobs(20, 50, 12, { separation: 0.5 });
	const given = values.slice();
	const run = (seed: number) =>
		clusterFeatures(featureRowsFromArray(values, 12), { clusters: 10, seed, batchRows: 128, iterations: 60 });
	const [first, second, other] = [await run(1), await run(1), await run(2)];
	t.deepEqual(first, second);
	t.notDeepEqual(first.assignments, other.assignments);
	t.deepEqual(values, given);
});

test('features read in batches of any size give the clusters of features in memory', async t => {
	const { values } = drawBlobs(8, 100, 5, { separation: 1 });
	const options = { clusters: 8, seed: 3, batchRows: 100, iterations: 80, tolerance: 0 };
	const expected = await clusterFeatures(featureRowsFromArray(values, 5), options);
	for (const sizes of [[800], [1, 300, 7]]) {
		// 100 rows · 5 features · 4 bytes · 20 batches: read in four chunks.
		const memoryMebibytes = 40_000 / 2 ** 20;
		const found = await clusterFeatures(inBatches(values, 5, sizes), { ...options, memoryMebibytes });
		t.deepEqual(found.centres, expected.centres);
		t.deepEqual(found.assignments, expected.assignments);
	}
});

test('one cluster has its centre at the mean', async t => {
	const { values } = drawBlobs(3, 100, 4, { separation: 3 });
	const { centres, assignments, histogram } = await clusterFeatures(featureRowsFromArray(values, 4), {
		clusters: 1,
		seed: 1,
	});
	for (let index = 0; index < 4; index++) {
		let mean = 0;
		for (let row = 0; row < 300; row++) mean += values[row * 4 + index] / 300;
		t.true(Math.abs(centres[index] - mean) < 1e-6);
	}
	t.true(assignments.every(cluster => cluster === 0));
	t.deepEqual(histogram, Float64Array.of(1));
});

test('as many clusters as images: every image gets its own', async t => {
	const { values } = drawBlobs(9, 1, 3, { separation: 5 });
	const { assignments, inertia } = await clusterFeatures(featureRowsFromArray(values, 3), {
		clusters: 9,
		seed: 1,
	});
	t.is(new Set(assignments).size, 9);
	t.is(inertia, 0);
});

test('copies of an image share its cluster, however many clusters there are', async t => {
	const [row, other] = [
		[0.1, 0.7, 123.4],
		[0.3, 0.2, 120],
	];
	const values = Float32Array.from(
		Array.from({ length: 50 }, (_, index) => (index % 5 === 0 ? other : row)).flat(),
	);
	const found = await clusterFeatures(featureRowsFromArray(values, 3), { clusters: 6, seed: 1 });
	t.is(new Set(found.assignments).size, 2);
	t.is(found.emptyClusters, 4);
	t.is(found.inertia, 0);
	t.deepEqual([...found.histogram].sort(), [0, 0, 0, 0, 0.2, 0.8]);
	t.true(found.centres.every(Number.isFinite));
});

test('equal images make one cluster', async t => {
	const values = new Float32Array(3000).fill(0.7);
	const found = await clusterFeatures(featureRowsFromArray(values, 3), { clusters: 4, seed: 1 });
	t.is(new Set(found.assignments).size, 1);
	t.is(found.inertia, 0);
	t.is(found.emptyClusters, 3);
});

/** 6 clumps of 100 equal rows, 500 copies more of the first: most rows of a small start are copies. */
function clumps(): Float32Array {
	const places = createStream(6, 'clumps').normals(6 * 4);
	const rows = Array.from({ length: 1100 }, (_, row) => (row < 600 ? row % 6 : 0));
	return Float32Array.from(rows.flatMap(clump => [...places.subarray(4 * clump, 4 * clump + 4)]));
}

test('centres that a bad start put on copies find clusters of their own', async t => {
	const features = featureRowsFromArray(clumps(), 4);
	const options = { clusters: 6, startRows: 6, batchRows: 64, tolerance: 0 };
	for (const seed of [1, 2, 3]) {
		const one = await clusterFeatures(features, { clusters: 1, seed });
		const found = await clusterFeatures(features, { ...options, seed });
		t.is(found.emptyClusters, 0);
		t.true(found.inertia < 0.01 * one.inertia, `${found.inertia} of ${one.inertia}`);
	}
});

test('clusters that are empty after the last batch are filled', async t => {
	const found = await clusterFeatures(featureRowsFromArray(clumps(), 4), {
		clusters: 6,
		seed: 1,
		startRows: 6,
		batchRows: 64,
		iterations: 1,
	});
	t.is(found.emptyClusters, 0);
});

test('an offset that is large beside the spread does not blur the clusters', async t => {
	const { values, labels } = drawBlobs(6, 50, 8, { separation: 10, offset: 20_000 });
	const { assignments } = await clusterFeatures(featureRowsFromArray(values, 8), { clusters: 6, seed: 1 });
	t.true(normalisedMutualInformation(assignments, labels) > 1 - 1e-12);
});

test('more starts never give more inertia, and the best one is kept', async t => {
	const { values } = drawBlobs(15, 30, 2, { separation: 6 });
	const run = (restarts: number) =>
		clusterFeatures(featureRowsFromArray(values, 2), { clusters: 15, seed: 4, restarts, startRows: 15 });
	const [one, five] = [await run(1), await run(5)];
	t.is(one.restart, 0);
	t.true(five.inertia < one.inertia);
	t.true(five.restart > 0);
});

test('the inertia is that of scikit-learn', async t => {
	// ci/golden/clustering-k-means.py: Lloyd's best of 50, and MiniBatchKMeans from one start, 50 seeds.
	const [best, mean, largest] = [19625.71484375, 21123.34296875, 22970.48046875];
	const values = overlappingBlobs(30, 100, 20);
	const inertias: number[] = [];
	for (let seed = 1; seed <= 12; seed++) {
		const found = await clusterFeatures(featureRowsFromArray(values, 20), {
			clusters: 30,
			seed,
			batchRows: 256,
		});
		inertias.push(found.inertia);
	}
	const average = inertias.reduce((sum, inertia) => sum + inertia, 0) / inertias.length;
	// The 50 seeds have a standard deviation of 800; the mean of 12 of 240.
	t.true(average < mean + 720, `mean inertia ${average}`);
	t.true(Math.max(...inertias) < 1.02 * largest);
	t.true(Math.min(...inertias) > 0.9999 * best);
});

test('batches end when they gain nothing more, or at the limit', async t => {
	const { values } = drawBlobs(4, 100, 3, { separation: 20 });
	const run = async (options: object) => {
		const all = { clusters: 4, seed: 1, ...options };
		return (await clusterFeatures(featureRowsFromArray(values, 3), all)).iterations;
	};
	const early = await run({});
	t.true(early < 200 && early % 20 === 0, `${early} batches`);
	t.is(await run({ iterations: 33 }), 33);
	t.is(await run({ iterations: 170, tolerance: 0 }), 170);
});

test('with normalise only directions count', async t => {
	const stream = createStream(1, 'lengths');
	const directions = [
		[1, 0, 0],
		[0, 1, 0],
		[0, -0.6, 0.8],
	];
	const labels = Array.from({ length: 90 }, (_, row) => row % 3);
	const values = Float32Array.from(
		labels.flatMap(label => {
			const length = 0.01 + 100 * stream.uniform();
			return directions[label].map(value => length * value);
		}),
	);
	const kept = values.slice();
	for (const features of [featureRowsFromArray(values, 3), inBatches(values, 3, [40])]) {
		const found = await clusterFeatures(features, { clusters: 3, seed: 1, normalise: true });
		t.is(normalisedMutualInformation(found.assignments, labels), 1);
		t.true(found.inertia < 1e-10);
		const lengths = [0, 1, 2].map(centre =>
			Math.hypot(...found.centres.subarray(3 * centre, 3 * centre + 3)),
		);
		t.true(lengths.every(length => Math.abs(length - 1) < 1e-6));
	}
	t.deepEqual(values, kept);
	const plain = await clusterFeatures(featureRowsFromArray(values, 3), { clusters: 3, seed: 1 });
	t.true(normalisedMutualInformation(plain.assignments, labels) < 0.9);
});

test('progress rises to 1 and says what is done', async t => {
	const { values } = drawBlobs(4, 50, 3, { separation: 1 });
	const fractions: number[] = [];
	const texts: string[] = [];
	await clusterFeatures(
		featureRowsFromArray(values, 3),
		{ clusters: 4, seed: 1, iterations: 60, tolerance: 0, restarts: 2 },
		({ fraction, text }) => {
			fractions.push(fraction);
			texts.push(text);
		},
	);
	t.deepEqual(fractions, [...fractions].sort());
	t.is(fractions.length, 8);
	t.is(fractions.at(-1), 1);
	t.regex(texts[0], /^start 1\/2, batch 20\/60, mean squared distance \d/u);
	t.regex(texts[7], /^start 2\/2, 200 images assigned, mean squared distance \d/u);
});

test('more clusters than images are refused', async t => {
	const error = await t.throwsAsync(
		clusterFeatures(featureRowsFromArray(new Float32Array(12), 3), { clusters: 5, seed: 1 }),
		{ instanceOf: UsageError, message: 'clusters: expected at most as many as there are images, 4, got 5' },
	);
	t.is((error as UsageError).fix, 'ask for fewer clusters, or give more images');
});

test('NaN is refused with its image, also where only the last reading sees it', async t => {
	const values = drawBlobs(4, 100, 3, { separation: 1 }).values;
	values[333 * 3 + 2] = Number.NaN;
	const sources: FeatureRows[] = [featureRowsFromArray(values, 3), inBatches(values, 3, [150])];
	for (const features of sources) {
		for (const few of [{}, { startRows: 4, batchRows: 4, iterations: 1 }]) {
			await t.throwsAsync(clusterFeatures(features, { clusters: 4, seed: 1, ...few }), {
				instanceOf: RunFailedError,
				message: 'features: expected finite numbers, got NaN for image 333, feature 2',
			});
		}
	}
});

// Serial: a clustering holds its centres while others take their turn.
test.serial('no tensor is left behind, not even by an error', async t => {
	tf.zeros([1]).dispose();
	const before = tf.memory().numTensors;
	const { values } = drawBlobs(4, 50, 3, { separation: 1 });
	const options = { clusters: 4, seed: 1, normalise: true, restarts: 2 };
	await clusterFeatures(featureRowsFromArray(values, 3), options);
	await clusterFeatures(inBatches(values, 3, [64]), options);
	t.is(tf.memory().numTensors, before);
	values[0] = Number.POSITIVE_INFINITY;
	await t.throwsAsync(clusterFeatures(inBatches(values, 3, [64]), { clusters: 4, seed: 1 }));
	t.is(tf.memory().numTensors, before);
});
