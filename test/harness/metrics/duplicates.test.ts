import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import {
	copyThresholdSteps,
	findDuplicatesSteps,
	nearestTrainingImages,
} from '../../../harness/metrics/duplicates.ts';
import { featureSetFromArray } from '../../../harness/metrics/feature-set.ts';
import { toEnd } from '../../../harness/metrics/steps.ts';
import { countNativeTensors } from '../../../harness/tensor/float64.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { hashFeatures } from './hash-features.ts';

const copyThreshold = (...parameters: Parameters<typeof copyThresholdSteps>) =>
	toEnd(copyThresholdSteps(...parameters));
const findDuplicates = (...parameters: Parameters<typeof findDuplicatesSteps>) =>
	toEnd(findDuplicatesSteps(...parameters));

const real = hashFeatures(400, 24, 8);
const fake = hashFeatures(300, 24, 9, { decay: 0.004, shift: 0.05 });
const training = featureSetFromArray(real, 24, { batchRows: 90 });
const generated = featureSetFromArray(fake, 24, { batchRows: 70 });

test('nearest images and their distances agree with NumPy, whatever the tiles', t => {
	// ci/golden/metrics-features.py
	for (const blockRows of [64, 400]) {
		const { indices, distances } = nearestTrainingImages(training, generated, { blockRows });
		t.deepEqual([...indices.slice(0, 3)], [375, 174, 198]);
		const expected = [5.167006695555288, 5.357258828913636, 4.918788351725646];
		t.true(expected.every((value, row) => Math.abs(distances[row] / value - 1) < 1e-6));
		const { share, copies } = findDuplicates(training, generated, { blockRows, threshold: 4.5 });
		t.true(Math.abs(share - 0.13) < 1e-12);
		t.is(copies.length, 39);
		t.true(copies.every((row, index) => index === 0 || distances[row] >= distances[copies[index - 1]]));
	}
});

test('planted copies are found with the image they copy, at distance 0', t => {
	const planted = fake.slice();
	planted.set(real.subarray(200 * 24, 201 * 24), 17 * 24);
	planted.set(
		real.subarray(3 * 24, 4 * 24).map(value => value + 1e-3),
		250 * 24,
	);
	const result = findDuplicates(training, featureSetFromArray(planted, 24), { threshold: 0.1 });
	t.deepEqual([...result.copies], [17, 250]);
	t.deepEqual([result.indices[17], result.indices[250]], [200, 3]);
	t.is(result.distances[17], 0);
	t.is(result.share, 2 / 300);
});

test('of equal training images the first is named, across tiles too', t => {
	const twice = featureSetFromArray(Float32Array.of(9, 4, 4, 9, 4), 1);
	for (const blockRows of [1, 2, 5]) {
		const { indices } = nearestTrainingImages(twice, featureSetFromArray(Float32Array.of(4.5, 9), 1), {
			blockRows,
		});
		t.deepEqual([...indices], [1, 0]);
	}
});

test('about the chosen part of unseen real images comes under the threshold', t => {
	const threshold = copyThreshold(training, featureSetFromArray(hashFeatures(500, 24, 20), 24), {
		quantile: 0.1,
	});
	const other = featureSetFromArray(hashFeatures(500, 24, 21), 24);
	const { share } = findDuplicates(training, other, { threshold });
	t.true(Math.abs(share - 0.1) < 0.06, `${share}`);
});

test('a threshold or quantile out of range is refused', t => {
	t.throws(() => findDuplicates(training, generated, { threshold: 0 }), {
		instanceOf: UsageError,
		message: 'threshold: expected a distance above 0, got 0',
	});
	t.throws(() => copyThreshold(training, generated, { quantile: 1 }), {
		instanceOf: UsageError,
		message: 'quantile: expected a number between 0 and 1, got 1',
	});
	t.throws(() => nearestTrainingImages(training, featureSetFromArray(new Float32Array(0), 24)), {
		instanceOf: UsageError,
		message: 'fake images: expected at least 1, got 0',
	});
});

test('no tensor is left behind, and progress ends at 1', t => {
	tf.zeros([1]).dispose();
	const before = [tf.memory().numTensors, countNativeTensors()];
	const seen: number[] = [];
	nearestTrainingImages(training, generated, { blockRows: 100, onProgress: part => seen.push(part) });
	t.true(seen.every((part, index) => index === 0 || part > seen[index - 1]) && seen.at(-1) === 1);
	t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
});
