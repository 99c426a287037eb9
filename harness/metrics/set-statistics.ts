import { tf } from '../tensor/tensorflow.ts';
import { type FeatureSet, readFeatures } from './feature-set.ts';
import { createFeatureAccumulator, type FeatureStatistics } from './feature-statistics.ts';

/**
 * Mean and covariance of a feature set, or of some of its rows, in one reading.
 *
 * @param options.rows ascending row numbers; all rows unless given
 * @throws UsageError if there is no row
 * @throws RunFailedError for NaN or infinity, naming the image
 */
export function statisticsOfSet(
	set: FeatureSet,
	options: { readonly rows?: Uint32Array } = {},
): FeatureStatistics {
	const { rows } = options;
	const accumulator = createFeatureAccumulator(set.dimension);
	let next = 0;
	try {
		readFeatures(set, (batch, firstRow) => {
			if (!rows) {
				accumulator.add(batch);
				return;
			}
			const start = next;
			while (next < rows.length && rows[next] < firstRow + batch.shape[0]) next += 1;
			if (next === start) return;
			const local = Int32Array.from(rows.subarray(start, next), row => row - firstRow);
			const chosen = tf.tidy(() => tf.gather(batch, tf.tensor1d(local, 'int32')));
			try {
				accumulator.add(chosen);
			} finally {
				chosen.dispose();
			}
		});
		return accumulator.statistics();
	} finally {
		accumulator.dispose();
	}
}
