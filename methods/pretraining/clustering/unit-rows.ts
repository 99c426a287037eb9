import type { FeatureSet } from '../../../harness/metrics/feature-set.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import type { FeatureRows } from './feature-rows.ts';

/** Changes the values. */
function scaleRows(values: Float32Array, dimension: number): Float32Array {
	for (let start = 0; start < values.length; start += dimension) {
		let squares = 0;
		for (let index = start; index < start + dimension; index++) squares += values[index] ** 2;
		// A vector of zeros has no direction and stays as it is.
		const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
		for (let index = start; index < start + dimension; index++) values[index] *= scale;
	}
	return values;
}

/** The same features, every vector scaled to Euclidean length 1; vectors of zeros stay zero. */
export function unitRows(features: FeatureRows): FeatureRows {
	const { count, dimension, rows } = features;
	const scaled: FeatureSet = {
		count,
		dimension,
		*batches() {
			for (const batch of features.batches()) {
				const { shape } = batch;
				const values = batch.dataSync() as Float32Array;
				batch.dispose();
				// The values of a tensor may be the very array that it was made from.
				yield tf.tensor2d(scaleRows(values.slice(), shape[1]), shape);
			}
		},
	};
	if (!rows) return scaled;
	return { ...scaled, rows: (indices, into) => scaleRows(rows.call(features, indices, into), dimension) };
}
