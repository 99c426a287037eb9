import test from 'ava';
import {
	frechetInfluenceSteps,
	frechetIntervalSteps,
} from '../../../../harness/metrics/bootstrap/frechet-interval.ts';
import { featureSetFromArray } from '../../../../harness/metrics/feature-set.ts';
import type { FeatureStatistics } from '../../../../harness/metrics/feature-statistics.ts';
import { frechetDistance } from '../../../../harness/metrics/frechet-distance.ts';
import { statisticsOfSet } from '../../../../harness/metrics/set-statistics.ts';
import { toEnd } from '../../../../harness/metrics/steps.ts';
import { countNativeTensors } from '../../../../harness/tensor/float64.ts';
import { createStream } from '../../../../harness/tensor/random.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { hashFeatures } from '../hash-features.ts';

const frechetInfluence = (...parameters: Parameters<typeof frechetInfluenceSteps>) =>
	toEnd(frechetInfluenceSteps(...parameters));
const frechetInterval = (...parameters: Parameters<typeof frechetIntervalSteps>) =>
	toEnd(frechetIntervalSteps(...parameters));

const dimension = 5;
const reference = statisticsOfSet(featureSetFromArray(hashFeatures(3000, dimension, 1), dimension));
const makeFakes = (count: number, seed: number): Float32Array =>
	hashFeatures(count, dimension, seed, { decay: 0.2, shift: 0.3 });

/** Moments with a weight for each row, divisor Σ weights. */
function weightedStatistics(values: Float32Array, weights: readonly number[]): FeatureStatistics {
	const total = weights.reduce((sum, weight) => sum + weight, 0);
	const mean = new Float64Array(dimension);
	const covariance = new Float64Array(dimension * dimension);
	weights.forEach((weight, row) => {
		for (let i = 0; i < dimension; i++) mean[i] += (weight * values[row * dimension + i]) / total;
	});
	weights.forEach((weight, row) => {
		const z = Array.from(mean, (center, i) => values[row * dimension + i] - center);
		for (let i = 0; i < dimension; i++) {
			for (let j = 0; j < dimension; j++) covariance[i * dimension + j] += (weight * z[i] * z[j]) / total;
		}
	});
	return { count: values.length, dimension, mean, covariance };
}

test('the influence of an image is the derivative of the distance by its weight', t => {
	const count = 60;
	const values = makeFakes(count, 2);
	const fakes = featureSetFromArray(values, dimension, { batchRows: 7 });
	const influence = frechetInfluence(reference, fakes, statisticsOfSet(fakes));
	const distanceWith = (row: number, weight: number) =>
		frechetDistance(
			reference,
			weightedStatistics(
				values,
				Array.from({ length: count }, (_, other) => (other === row ? weight : 1)),
			),
		);
	for (const row of [0, 13, 59]) {
		const step = 1e-4;
		const derivative = (count * (distanceWith(row, 1 + step) - distanceWith(row, 1 - step))) / (2 * step);
		// The influence uses the divisor n - 1, the weights n: a sixtieth of a part of it.
		t.true(Math.abs(influence[row] - derivative) < 0.03 * Math.abs(derivative) + 0.02, `${row}`);
	}
	t.true(Math.abs(influence.reduce((sum, value) => sum + value, 0)) < 1e-9);
});

test('the interval is as wide as one by resampling rows and taking every distance', t => {
	const count = 400;
	const values = makeFakes(count, 3);
	const fake = featureSetFromArray(values, dimension);
	const { low, high } = frechetInterval(reference, fake, { seed: 1, replicates: 4000 });
	const distances = Array.from({ length: 400 }, (_, replicate) => {
		const stream = createStream(replicate + 1, 'rows');
		const weights = new Array<number>(count).fill(0);
		for (let draw = 0; draw < count; draw++) weights[stream.integer(count)] += 1;
		return frechetDistance(reference, weightedStatistics(values, weights));
	}).sort((a, b) => a - b);
	const width = distances[389] - distances[10];
	t.true(Math.abs((high - low) / width - 1) < 0.15, `${high - low} against ${width}`);
	const distance = frechetDistance(reference, statisticsOfSet(fake));
	t.true(low < distance && distance < high);
});

test('95 % intervals hold the expected distance about that often', t => {
	const [trials, count] = [160, 150];
	const distances: number[] = [];
	const intervals = Array.from({ length: trials }, (_, trial) => {
		const fake = featureSetFromArray(makeFakes(count, 100 + trial), dimension);
		distances.push(frechetDistance(reference, statisticsOfSet(fake)));
		return frechetInterval(reference, fake, { seed: 1 + trial, replicates: 300 });
	});
	const expected = distances.reduce((sum, value) => sum + value, 0) / trials;
	const covered = intervals.filter(({ low, high }) => low <= expected && expected <= high).length / trials;
	t.true(covered > 0.87 && covered < 0.99, `${covered}`);
});

test('fewer images than features give a finite interval', t => {
	const few = statisticsOfSet(featureSetFromArray(hashFeatures(12, 32, 1), 32));
	const fake = featureSetFromArray(hashFeatures(20, 32, 2, { shift: 0.2 }), 32);
	const { low, high } = frechetInterval(few, fake, { seed: 1 });
	t.true(Number.isFinite(low) && Number.isFinite(high) && low < high);
});

test('no tensor is left behind', t => {
	tf.zeros([1]).dispose();
	const before = [tf.memory().numTensors, countNativeTensors()];
	frechetInterval(reference, featureSetFromArray(makeFakes(30, 2), dimension), { seed: 1 });
	t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
});
