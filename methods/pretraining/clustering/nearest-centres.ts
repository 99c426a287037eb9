import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { compileRepeated } from '../../../harness/tensor/compile/compile-repeated.ts';
import type { Step } from '../../../harness/tensor/compile/record-step.ts';
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

/** Finds the nearest centres of rows; what repeats from batch to batch is compiled and kept on the device. */
export interface CentreSearch {
	/** Searches among these centres from now on: float32 [K, d], row-major. */
	place(centres: Float32Array): void;
	/** The nearest centre of each row, float32 [n, d], row-major, among those placed last. */
	nearest(rows: Float32Array): NearestCentres;
	/** Frees graphs and centres. */
	dispose(): void;
}

// A type, so that it fits the inputs of a step.
type PreparedCentres = {
	/** [d], taken away from rows and centres: without it, features far from 0 would lose their differences. */
	readonly origin: Tensor1D;
	/** -2 · centres, [K, d]. */
	readonly factors: Tensor2D;
	/** Squared lengths of the centres, [K]. */
	readonly squares: Tensor1D;
};

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

/** |x|² - 2 x·c + |c|² of a block of rows [n, d]: number and squared distance of the nearest centre, [n] each. */
const searchBlock: Step = ({ block, origin, factors, squares }) =>
	tf.tidy(() => {
		const shifted = tf.sub(block, origin) as Tensor2D;
		const comparable = tf.add(tf.matMul(shifted, factors as Tensor2D, false, true), squares); // [n, K]
		const lengths = tf.sum(tf.square(shifted), 1);
		return {
			nearest: tf.argMin(comparable, 1),
			distances: tf.relu(tf.add(tf.min(comparable, 1), lengths)),
		};
	});

/**
 * A search by Euclidean distance, with one matrix product a block of rows: |x|² - 2 x·c + |c|² after the mean of the
 * centres was taken away from both. Of equal centres the first one wins: their columns of the product are computed
 * alike. Of centres whose squared distances differ by less than about 1e-6 of |x|² + |c|², the rounding of float32,
 * either may be taken.
 *
 * The product of a size of batch that comes again is compiled; the results are the same bit for bit.
 *
 * @param dimension d, length of a row
 */
export function openCentreSearch(dimension: number): CentreSearch {
	const search = compileRepeated(searchBlock);
	let placed: PreparedCentres | undefined;
	return {
		place(centres) {
			if (placed) tf.dispose(placed);
			placed = prepareCentres(centres, dimension);
		},
		nearest(rows) {
			if (!placed) throw new Error('a search without centres');
			const count = rows.length / dimension;
			const centreOf = new Int32Array(count);
			const squaredDistances = new Float32Array(count);
			const blockRows = Math.max(1, Math.floor(blockValues / (dimension + placed.squares.size)));
			for (let start = 0; start < count; start += blockRows) {
				const end = Math.min(start + blockRows, count);
				const values = rows.subarray(start * dimension, end * dimension);
				const block = tf.tensor2d(values, [end - start, dimension]);
				const { nearest, distances } = search({ block, ...placed });
				centreOf.set(nearest.dataSync<'int32'>(), start);
				squaredDistances.set(distances.dataSync<'float32'>(), start);
				tf.dispose([block, nearest, distances]);
			}
			return { centreOf, squaredDistances };
		},
		dispose() {
			if (placed) tf.dispose(placed);
			placed = undefined;
			search.dispose();
		},
	};
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
