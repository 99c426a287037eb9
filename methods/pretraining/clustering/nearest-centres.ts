import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { compileRepeated, type RepeatedStep } from '../../../harness/tensor/compile/compile-repeated.ts';
import type { Step } from '../../../harness/tensor/compile/record-step.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';

// Values of a block of rows and of its distances: 64 MiB of float32 each way.
const blockValues = 2 ** 24;

/** Finds the nearest centres of rows; what repeats from batch to batch is compiled and kept on the device. */
export interface CentreSearch {
	/** Searches among these centres from now on: float32 [K, d], row-major. */
	place(centres: Float32Array): void;
	/**
	 * The nearest centre of each row among those placed last: its number, in [0, K).
	 *
	 * @param rows float32 [n, d], row-major
	 */
	nearest(rows: Float32Array): Int32Array;
	/** Squared Euclidean distance of each row from its nearest centre, float32 with the rounding of a matrix product. */
	squaredDistances(rows: Float32Array): Float32Array;
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

/** Of a block of rows x [n, d] and centres c: x − origin [n, d], and |c|² − 2 x·c [n, K], which is least for the nearest. */
function compareBlock({ block, origin, factors, squares }: Parameters<Step>[0]) {
	const shifted = tf.sub(block!, origin!) as Tensor2D;
	const comparable = tf.add(tf.matMul(shifted, factors as Tensor2D, false, true), squares!);
	return { shifted, comparable };
}

const nearestStep: Step = inputs => tf.tidy(() => ({ found: tf.argMin(compareBlock(inputs).comparable, 1) })); // [n]

const distanceStep: Step = inputs =>
	tf.tidy(() => {
		const { shifted, comparable } = compareBlock(inputs);
		const lengths = tf.sum(tf.square(shifted), 1);
		return { found: tf.relu(tf.add(tf.min(comparable, 1), lengths)) }; // [n]
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
	const [nearest, distances] = [compileRepeated(nearestStep), compileRepeated(distanceStep)];
	let placed: PreparedCentres | undefined;
	/** Calls back with what the step finds for each block of the rows. */
	const search = (
		step: RepeatedStep,
		rows: Float32Array,
		found: (values: Int32Array | Float32Array, firstRow: number) => void,
	): void => {
		if (!placed) throw new Error('a search without centres');
		const count = rows.length / dimension;
		const blockRows = Math.max(1, Math.floor(blockValues / (dimension + placed.squares.size)));
		for (let start = 0; start < count; start += blockRows) {
			const end = Math.min(start + blockRows, count);
			const values = rows.subarray(start * dimension, end * dimension);
			const block = tf.tensor2d(values, [end - start, dimension]);
			const answer = step({ block, ...placed });
			found(answer.found!.dataSync<'float32'>(), start);
			tf.dispose([block, answer]);
		}
	};
	return {
		place(centres) {
			if (placed) tf.dispose(placed);
			placed = prepareCentres(centres, dimension);
		},
		nearest(rows) {
			const centreOf = new Int32Array(rows.length / dimension);
			search(nearest, rows, (values, firstRow) => centreOf.set(values, firstRow));
			return centreOf;
		},
		squaredDistances(rows) {
			const squared = new Float32Array(rows.length / dimension);
			search(distances, rows, (values, firstRow) => squared.set(values, firstRow));
			return squared;
		},
		dispose() {
			if (placed) tf.dispose(placed);
			placed = undefined;
			nearest.dispose();
			distances.dispose();
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
	const count = centreOf.length;
	const distances = new Float64Array(count);
	const partOf = (values: Float32Array | Float64Array, number: number) =>
		values.subarray(number * dimension, (number + 1) * dimension);
	let row = 0;
	// Two rows at a time: the terms of a sum wait for one another, two sums do not.
	for (; row + 1 < count; row += 2) {
		const [x, y] = [partOf(rows, row), partOf(rows, row + 1)];
		const [ofX, ofY] = [partOf(centres, centreOf[row]!), partOf(centres, centreOf[row + 1]!)];
		let [sumX, sumY] = [0, 0];
		for (let index = 0; index < dimension; index++) {
			const [fromX, fromY] = [x[index]! - ofX[index]!, y[index]! - ofY[index]!];
			sumX += fromX * fromX;
			sumY += fromY * fromY;
		}
		distances[row] = sumX;
		distances[row + 1] = sumY;
	}
	if (row < count) {
		const [x, ofX] = [partOf(rows, row), partOf(centres, centreOf[row]!)];
		let sum = 0;
		for (let index = 0; index < dimension; index++)
			sum += (x[index]! - ofX[index]!) * (x[index]! - ofX[index]!);
		distances[row] = sum;
	}
	return distances;
}
