import { RunFailedError, UsageError } from '../../../harness/errors.ts';
import { type FeatureSet, featureSetFromArray } from '../../../harness/metrics/feature-set.ts';

// Of those in memory; of others the batches are read as they come.
const rowsAtATime = 1024;

/** Feature vectors that can be read in order, and where `rows` is there also in any order. */
export interface FeatureRows extends FeatureSet {
	/**
	 * The feature vectors of these images, float32 [indices, d] row-major, in an array that the caller may
	 * change: `into`, if it is given, or a new one. Without it, mini-batches are picked while all rows pass by: the
	 * same rows, with more reading.
	 */
	rows?(indices: Uint32Array, into?: Float32Array): Float32Array;
	/** All of them, [count, d] row-major, where they are in memory: read without being copied, and not changed. */
	readonly values?: Float32Array;
}

/**
 * Features in memory, [n, d] row-major. The values are not copied.
 *
 * @throws UsageError for a length that is no multiple of the dimension
 */
export function featureRowsFromArray(values: Float32Array, dimension: number): FeatureRows {
	return {
		...featureSetFromArray(values, dimension),
		values,
		rows(indices, picked = new Float32Array(indices.length * dimension)) {
			for (const [position, index] of indices.entries()) {
				picked.set(values.subarray(index * dimension, (index + 1) * dimension), position * dimension);
			}
			return picked;
		},
	};
}

/** Whether no value is NaN or infinite: 0 · x is 0 for every other x. Four sums, because they wait for one another. */
function allFinite(values: Float32Array): boolean {
	let [a, b, c, d] = [0, 0, 0, 0];
	const end = values.length - (values.length % 4);
	for (let position = 0; position < end; position += 4) {
		a += 0 * values[position];
		b += 0 * values[position + 1];
		c += 0 * values[position + 2];
		d += 0 * values[position + 3];
	}
	for (let position = end; position < values.length; position++) a += 0 * values[position];
	return a + b + c + d === 0;
}

function requireFinite(values: Float32Array, dimension: number, imageOf: (row: number) => number): void {
	if (allFinite(values)) return;
	for (let position = 0; position < values.length; position++) {
		if (Number.isFinite(values[position])) continue;
		const [row, column] = [Math.floor(position / dimension), position % dimension];
		throw new RunFailedError(
			`features: expected finite numbers, got ${values[position]} for image ${imageOf(row)}, feature ${column}`,
			'the feature network has diverged or its weights are damaged: look at its training log, train it again',
		);
	}
}

/** The rows in order, [m, d] at a time, unchecked. */
function* rowsInOrder(features: FeatureRows): Generator<Float32Array> {
	const { count, dimension, values } = features;
	if (values) {
		for (let row = 0; row < count; row += rowsAtATime) {
			yield values.subarray(row * dimension, Math.min(row + rowsAtATime, count) * dimension);
		}
		return;
	}
	for (const batch of features.batches()) {
		const [, width] = batch.shape;
		const read = batch.dataSync() as Float32Array;
		batch.dispose();
		if (width !== dimension) {
			throw new UsageError(`features: expected vectors of length ${dimension}, got ${width}`);
		}
		yield read;
	}
}

/**
 * Reads all rows once, in order.
 *
 * @param read gets rows [m, d] and the number of rows before them
 * @throws UsageError if a batch has another width, or there are more or fewer rows than announced
 * @throws RunFailedError for NaN or infinity, naming the image
 */
export function readAllRows(
	features: FeatureRows,
	read: (values: Float32Array, firstRow: number) => void,
): void {
	const { count, dimension } = features;
	let rows = 0;
	for (const values of rowsInOrder(features)) {
		requireFinite(values, dimension, row => rows + row);
		const size = values.length / dimension;
		if (rows + size <= count) read(values, rows);
		rows += size;
	}
	if (rows !== count) throw new UsageError(`features: expected ${count} rows, got ${rows}`);
}

/**
 * The rows with these numbers, in the given order, [indices, d] row-major.
 *
 * @param into array that they may be written into; a new one by default
 * @throws as `readAllRows`
 */
export function gatherRows(features: FeatureRows, indices: Uint32Array, into?: Float32Array): Float32Array {
	const { dimension } = features;
	if (features.rows) {
		const values = features.rows(indices, into);
		requireFinite(values, dimension, row => indices[row]);
		return values;
	}
	const gathered = into ?? new Float32Array(indices.length * dimension);
	const order = Uint32Array.from(indices.keys()).sort((a, b) => indices[a] - indices[b]);
	let next = 0;
	readAllRows(features, (values, firstRow) => {
		const end = firstRow + values.length / dimension;
		for (; next < order.length && indices[order[next]] < end; next++) {
			const from = (indices[order[next]] - firstRow) * dimension;
			gathered.set(values.subarray(from, from + dimension), order[next] * dimension);
		}
	});
	return gathered;
}
