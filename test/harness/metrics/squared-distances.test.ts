import test from 'ava';
import { squaredDistances } from '../../../harness/metrics/squared-distances.ts';
import { countNativeTensors } from '../../../harness/tensor/float64.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { hashFeatures } from './hash-features.ts';

/** By differences, in float64. */
function bruteForce(a: Float32Array, b: Float32Array, dimension: number): number[] {
	const distances: number[] = [];
	for (let i = 0; i < a.length; i += dimension) {
		for (let j = 0; j < b.length; j += dimension) {
			let sum = 0;
			for (let k = 0; k < dimension; k++) sum += (a[i + k] - b[j + k]) ** 2;
			distances.push(sum);
		}
	}
	return distances;
}

function distancesOf(a: Float32Array, b: Float32Array, dimension: number, center = 0): Float32Array {
	return tf.tidy(
		() =>
			squaredDistances(
				tf.tensor2d(a.slice(), [a.length / dimension, dimension]),
				tf.tensor2d(b.slice(), [b.length / dimension, dimension]),
				tf.fill([dimension], center),
			).dataSync() as Float32Array,
	);
}

const worstError = (actual: Float32Array, expected: readonly number[]): number =>
	expected.reduce((worst, value, index) => Math.max(worst, Math.abs(actual[index] / value - 1)), 0);

test('distances agree with brute force in float64 to the rounding of float32', t => {
	const [a, b] = [hashFeatures(30, 40, 1), hashFeatures(20, 40, 2)];
	t.true(worstError(distancesOf(a, b, 40), bruteForce(a, b, 40)) < 2 ** -23);
});

test('close pairs far from the origin keep their digits', t => {
	// Vectors of length 20,000 that are 0.3 apart: in float32, |a|² + |b|² - 2ab would be off by tens.
	const base = hashFeatures(10, 400, 3, { shift: 1000 });
	const moved = base.map((value, index) => value + (index % 7) / 128);
	const expected = bruteForce(base, moved, 400);
	t.true(Math.sqrt(Math.min(...expected)) < 1);
	t.true(worstError(distancesOf(base, moved, 400, 1000), expected) < 1e-6);
	t.true(worstError(distancesOf(base, moved, 400), expected) < 1e-4);
});

test('copies have distance exactly 0, and what differs by one bit of one feature still shows', t => {
	const rows = hashFeatures(50, 64, 4, { shift: 3 });
	const distances = distancesOf(rows, rows, 64, 3);
	t.true(
		distances.every((value, index) => (Math.floor(index / 50) === index % 50 ? value === 0 : value > 0)),
	);
	const changed = rows.slice();
	changed[5 * 64 + 2] += 2 ** -12;
	const again = distancesOf(rows, changed, 64, 3);
	t.true(Math.abs(again[5 * 50 + 5] / 2 ** -24 - 1) < 1e-3);
});

test('no tensor is left behind', t => {
	tf.zeros([1]).dispose();
	const before = [tf.memory().numTensors, countNativeTensors()];
	distancesOf(hashFeatures(3, 4, 1), hashFeatures(3, 4, 2), 4);
	t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
});
