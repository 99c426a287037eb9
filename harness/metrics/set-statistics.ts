import { tf } from '../tensor/tensorflow.ts';
import { type FeatureSet, featureBatches } from './feature-set.ts';
import { createFeatureAccumulator, type FeatureStatistics } from './feature-statistics.ts';
import { type Steps, toEnd } from './steps.ts';

/**
 * Mean and covariance of a feature set, or of some of its rows, in one reading; a step is a batch.
 *
 * @param options.rows ascending row numbers; all rows unless given
 * @throws UsageError if there is no row
 * @throws RunFailedError for NaN or infinity, naming the image
 */
export function* statisticsSteps(
	set: FeatureSet,
	options: { readonly rows?: Uint32Array } = {},
): Steps<FeatureStatistics> {
	const { rows } = options;
	const accumulator = createFeatureAccumulator(set.dimension);
	let next = 0;
	try {
		for (const { rows: batch, firstRow } of featureBatches(set)) {
			yield;
			if (!rows) {
				accumulator.add(batch);
				continue;
			}
			const start = next;
			while (next < rows.length && rows[next] < firstRow + batch.shape[0]) next += 1;
			if (next === start) continue;
			const local = Int32Array.from(rows.subarray(start, next), row => row - firstRow);
			const chosen = tf.tidy(() => tf.gather(batch, tf.tensor1d(local, 'int32')));
			try {
				accumulator.add(chosen);
			} finally {
				chosen.dispose();
			}
		}
		return accumulator.statistics();
	} finally {
		accumulator.dispose();
	}
}

/** The statistics of `statisticsSteps`, without a pause. */
export const statisticsOfSet = (...parameters: Parameters<typeof statisticsSteps>): FeatureStatistics =>
	toEnd(statisticsSteps(...parameters));
