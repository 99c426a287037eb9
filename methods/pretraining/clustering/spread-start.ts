import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import type { Stream } from '../../../harness/tensor/random.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';

/** Squared distances of all rows from some of them, [n, candidates]. */
function distancesFrom(rows: Tensor2D, lengths: Float32Array, candidates: readonly number[]): Float32Array {
	const products = tf.tidy(() => {
		const picked = tf.gather(rows, tf.tensor1d([...candidates], 'int32')) as Tensor2D;
		return tf.matMul(rows, picked, false, true);
	});
	const distances = products.dataSync() as Float32Array;
	products.dispose();
	for (let position = 0; position < distances.length; position++) {
		const row = Math.floor(position / candidates.length);
		const squares = lengths[row] + lengths[candidates[position % candidates.length]];
		// Rounding may leave copies a hair below zero.
		distances[position] = Math.max(0, squares - 2 * distances[position]);
	}
	return distances;
}

function drawProportional(weights: Float32Array, total: number, stream: Stream): number {
	let target = stream.uniform() * total;
	let last = 0;
	for (let index = 0; index < weights.length; index++) {
		if (weights[index] === 0) continue;
		last = index;
		target -= weights[index];
		if (target < 0) break;
	}
	return last;
}

/**
 * Rows to start k-means from: k-means++ (Arthur and Vassilvitskii, 2007), the first row drawn uniformly, each
 * next one with a probability proportional to its squared distance from the nearest row drawn so far. As
 * their paper suggests, each step draws 2 + ⌊ln K⌋ rows and keeps the one that lowers the inertia most. Where
 * all rows left are copies of rows drawn already, copies are drawn uniformly.
 *
 * @param values float32 [n, d], row-major
 * @param clusters K, at most n
 * @returns K row numbers in the order they were drawn
 */
export function drawSpreadStart(
	values: Float32Array,
	dimension: number,
	clusters: number,
	stream: Stream,
): Uint32Array {
	const count = values.length / dimension;
	const trials = 2 + Math.floor(Math.log(clusters));
	const chosen = Uint32Array.of(stream.integer(count));
	if (clusters === 1) return chosen;
	const [rows, lengthsTensor] = tf.tidy(() => {
		const all = tf.tensor2d(values, [count, dimension]);
		const centered = tf.sub(all, tf.mean(all, 0)) as Tensor2D;
		return [centered, tf.sum(tf.square(centered), 1)];
	});
	const lengths = lengthsTensor.dataSync() as Float32Array;
	lengthsTensor.dispose();

	const picked = [...chosen];
	let nearest = distancesFrom(rows, lengths, picked);
	let total = nearest.reduce((sum, distance) => sum + distance, 0);
	while (picked.length < clusters) {
		if (total === 0) {
			picked.push(stream.integer(count));
			continue;
		}
		const candidates = Array.from({ length: trials }, () => drawProportional(nearest, total, stream));
		const distances = distancesFrom(rows, lengths, candidates); // [count, trials]
		const totals = new Float64Array(trials);
		for (let position = 0; position < distances.length; position++) {
			const [row, trial] = [Math.floor(position / trials), position % trials];
			distances[position] = Math.min(distances[position], nearest[row]);
			totals[trial] += distances[position];
		}
		const best = totals.indexOf(Math.min(...totals));
		nearest = nearest.map((_, row) => distances[row * trials + best]);
		total = totals[best];
		picked.push(candidates[best]);
	}
	rows.dispose();
	return Uint32Array.from(picked);
}
