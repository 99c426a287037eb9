import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../../harness/tensor/tensorflow.ts';

/** The nearest centre of each row. */
export interface NearestCentres {
	/** Number of the centre, in [0, K). */
	readonly centreOf: Int32Array;
	/** Squared Euclidean distance from it, float32 with the rounding of a matrix product. */
	readonly squaredDistances: Float32Array;
}

// Values of a block of rows and of its distances: 64 MiB of float32 each way.
const blockValues = 2 ** 24;

interface PreparedCentres {
	/** [d], taken away from rows and centres: without it, features far from 0 would lose their differences. */
	readonly origin: Tensor1D;
	/** -2 · centres, [K, d]. */
	readonly factors: Tensor2D;
	/** Squared lengths of the centres, [K]. */
	readonly squares: Tensor1D;
}

function prepareCentres(centres: Float32Array, dimension: number): PreparedCentres {
	const clusters = centres.length / dimension;
	const origin = new Float64Array(dimension);
	for (let start = 0; start < centres.length; start += dimension) {
		for (let index = 0; index < dimension; index++) origin[index] += centres[start + index] / clusters;
	}
	const roundedOrigin = new Float32Array(origin);
	const factors = new Float32Array(centres.length);
	const squares = new Float32Array(clusters);
	for (let centre = 0; centre < clusters; centre++) {
		let sum = 0;
		for (let index = 0; index < dimension; index++) {
			const value = centres[centre * dimension + index] - roundedOrigin[index];
			factors[centre * dimension + index] = -2 * value;
			sum += value * value;
		}
		squares[centre] = sum;
	}
	return {
		origin: tf.tensor1d(roundedOrigin),
		factors: tf.tensor2d(factors, [clusters, dimension]),
		squares: tf.tensor1d(squares),
	};
}

/**
 * The nearest centre of each row by Euclidean distance, with one matrix product a block of rows: |x|² - 2 x·c
 * + |c|² after the mean of the centres was taken away from both. Of equal centres the first one wins: their
 * columns of the product are computed alike. Of centres whose squared distances differ by less than about 1e-6
 * of |x|² + |c|², the rounding of float32, either may be taken.
 *
 * @param rows float32 [n, d], row-major
 * @param centres float32 [K, d], row-major
 */
export function nearestCentres(rows: Float32Array, centres: Float32Array, dimension: number): NearestCentres {
	const count = rows.length / dimension;
	const clusters = centres.length / dimension;
	const centreOf = new Int32Array(count);
	const squaredDistances = new Float32Array(count);
	const blockRows = Math.max(1, Math.floor(blockValues / (dimension + clusters)));
	tf.tidy(() => {
		const { origin, factors, squares } = prepareCentres(centres, dimension);
		for (let start = 0; start < count; start += blockRows) {
			const end = Math.min(start + blockRows, count);
			const [nearest, distances] = tf.tidy(() => {
				const block = tf.tensor2d(rows.subarray(start * dimension, end * dimension), [
					end - start,
					dimension,
				]);
				const shifted = tf.sub(block, origin) as Tensor2D;
				const comparable = tf.add(tf.matMul(shifted, factors, false, true), squares); // [rows, K]
				const lengths = tf.sum(tf.square(shifted), 1);
				return [tf.argMin(comparable, 1), tf.relu(tf.add(tf.min(comparable, 1), lengths))];
			});
			centreOf.set(nearest.dataSync(), start);
			squaredDistances.set(distances.dataSync(), start);
			tf.dispose([nearest, distances]);
		}
	});
	return { centreOf, squaredDistances };
}

/**
 * The squared distance of each row from its own centre, from differences in float64: exactly 0 for copies.
 *
 * @param rows float32 [n, d], row-major
 * @param centreOf number of the centre of each row
 */
export function distancesFromOwnCentre(
	rows: Float32Array,
	centreOf: Int32Array,
	centres: Float32Array | Float64Array,
	dimension: number,
): Float64Array {
	return Float64Array.from(centreOf, (centre, row) => {
		let sum = 0;
		const [rowStart, centreStart] = [row * dimension, centre * dimension];
		for (let index = 0; index < dimension; index++) {
			const difference = rows[rowStart + index] - centres[centreStart + index];
			sum += difference * difference;
		}
		return sum;
	});
}
