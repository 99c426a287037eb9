import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { featureSetFromArray } from '../../../harness/metrics/feature-set.ts';
import { frechetDistance } from '../../../harness/metrics/frechet-distance.ts';
import { perClassFidSteps } from '../../../harness/metrics/per-class-fid.ts';
import { statisticsOfSet } from '../../../harness/metrics/set-statistics.ts';
import { toEnd } from '../../../harness/metrics/steps.ts';
import { countNativeTensors } from '../../../harness/tensor/float64.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { hashFeatures } from './hash-features.ts';

const perClassFid = (...parameters: Parameters<typeof perClassFidSteps>) =>
	toEnd(perClassFidSteps(...parameters));

const dimension = 8;

/** Rows of a class alone. */
const rowsOf = (values: Float32Array, labels: readonly number[], wanted: number): Float32Array =>
	values.filter((_, index) => labels[Math.floor(index / dimension)] === wanted);

const labelled = (values: Float32Array, labels: readonly number[]) => ({
	features: featureSetFromArray(values, dimension, { batchRows: 7 }),
	labels,
});

test('each class has the distance of its own images, by rows or by covariances', t => {
	// Class 0: few of both; 1: many of both; 2: few against many; all interleaved.
	const realLabels = Array.from({ length: 120 }, (_, row) => (row % 40 === 5 ? 0 : 1 + (row % 2)));
	const fakeLabels = Array.from({ length: 90 }, (_, row) => (row % 30 < 2 ? (row % 30) * 2 : 1));
	const real = hashFeatures(120, dimension, 1);
	const fake = hashFeatures(90, dimension, 2, { shift: 0.2 });
	const result = perClassFid(labelled(real, realLabels), labelled(fake, fakeLabels), 3);
	t.deepEqual(
		result.classes.map(({ realImages, fakeImages }) => [realImages, fakeImages]),
		[0, 1, 2].map(label => [
			realLabels.filter(each => each === label).length,
			fakeLabels.filter(each => each === label).length,
		]),
	);
	t.deepEqual(
		result.classes.map(({ realImages, fakeImages }) => Math.min(realImages, fakeImages) < 4),
		[true, false, true],
	);
	let sum = 0;
	for (const { label, distance } of result.classes) {
		const expected = frechetDistance(
			statisticsOfSet(featureSetFromArray(rowsOf(real, realLabels, label), dimension)),
			statisticsOfSet(featureSetFromArray(rowsOf(fake, fakeLabels, label), dimension)),
		);
		t.true(Math.abs((distance ?? 0) / expected - 1) < 1e-10, `class ${label}`);
		sum += expected;
	}
	t.true(Math.abs((result.mean ?? 0) / (sum / 3) - 1) < 1e-10);
	t.deepEqual(result.warnings, [
		'2 of 3 classes have no more images than the 8 features: their distances are finite, but strongly biased; compare them at equal counts only',
	]);
});

test('a generator that mixes two classes up is seen, though the distance of all images is not moved', t => {
	const real = hashFeatures(200, dimension, 1).map((value, index) =>
		Math.floor(index / dimension) % 2 ? value + 3 : value,
	);
	const labels = Array.from({ length: 200 }, (_, row) => row % 2);
	const swapped = labels.map(label => 1 - label);
	const right = perClassFid(labelled(real, labels), labelled(real, labels), 2);
	const wrong = perClassFid(labelled(real, labels), labelled(real, swapped), 2);
	t.true((right.mean ?? 1) < 1e-9);
	t.true((wrong.mean ?? 0) > 8 * dimension);
});

test('a class with one image or none has no distance', t => {
	const values = hashFeatures(40, dimension, 1);
	const labels = Array.from({ length: 40 }, (_, row) => (row === 0 ? 1 : 0));
	const { classes, mean, warnings } = perClassFid(labelled(values, labels), labelled(values, labels), 3);
	t.deepEqual(
		classes.map(({ distance }) => distance === null),
		[false, true, true],
	);
	t.is(mean, classes[0].distance);
	t.deepEqual(warnings, ['2 of 3 classes have fewer than two real or fake images: no distance']);
	const none = perClassFid(labelled(values.slice(0, 16), [0, 1]), labelled(values.slice(0, 16), [0, 1]), 2);
	t.is(none.mean, null);
});

test('labels that do not fit are refused', t => {
	const set = labelled(hashFeatures(3, dimension, 1), [0, 1, 0]);
	t.throws(() => perClassFid(set, { ...set, labels: [0, 1] }, 2), {
		instanceOf: UsageError,
		message: 'fake labels: expected 3, one an image, got 2',
	});
	t.throws(() => perClassFid({ ...set, labels: [0, 1, 2] }, set, 2), {
		instanceOf: UsageError,
		message: 'real labels: expected whole numbers from 0 to 1, got 2 for image 2',
	});
});

test('no tensor is left behind', t => {
	tf.zeros([1]).dispose();
	const before = [tf.memory().numTensors, countNativeTensors()];
	const labels = Array.from({ length: 40 }, (_, row) => (row < 4 ? 1 : 0));
	const set = labelled(hashFeatures(40, dimension, 1), labels);
	const seen: number[] = [];
	perClassFid(set, set, 2, { onProgress: fraction => seen.push(fraction) });
	t.deepEqual(seen, [0.5, 1]);
	t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
});
