import type { Tensor1D, Variable } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../../harness/tensor/tensorflow.ts';

/** Sums over batches of one layer's moments; all float32, not trainable. */
export interface LayerStatistics {
	/** [channels] */
	readonly meanSum: Variable;
	/** [channels], of biased variances. */
	readonly varianceSum: Variable;
	/** Number of batches, a scalar. */
	readonly count: Variable;
}

/**
 * Moments of the generator's batch-norm layers, gathered over many batches for inference: the paper's models are
 * evaluated with these, not with moving averages from training.
 */
export interface StandingStatistics {
	/** By layer, for example `generator/B1/bn1`; filled by the first batch. */
	readonly layers: Map<string, LayerStatistics>;
}

/** No batches yet; to be freed with `disposeStandingStatistics`. */
export function createStandingStatistics(): StandingStatistics {
	return { layers: new Map() };
}

export function disposeStandingStatistics(statistics: StandingStatistics): void {
	for (const { meanSum, varianceSum, count } of statistics.layers.values()) {
		for (const variable of [meanSum, varianceSum, count]) variable.dispose();
	}
	statistics.layers.clear();
}

/** Adds one batch's mean and biased variance, each [channels], of a layer. */
export function addBatch(
	statistics: StandingStatistics,
	layer: string,
	mean: Tensor1D,
	variance: Tensor1D,
): void {
	tf.tidy(() => {
		const known = statistics.layers.get(layer);
		if (known) {
			known.meanSum.assign(tf.add(known.meanSum, mean));
			known.varianceSum.assign(tf.add(known.varianceSum, variance));
			known.count.assign(tf.add(known.count, 1));
			return;
		}
		statistics.layers.set(layer, {
			meanSum: tf.variable(mean, false),
			varianceSum: tf.variable(variance, false),
			count: tf.variable(tf.scalar(1), false),
		});
	});
}

/**
 * Averages over the batches so far, each [channels].
 *
 * @throws RangeError if there were none
 */
export function averageMoments(
	statistics: StandingStatistics,
	layer: string,
): { mean: Tensor1D; variance: Tensor1D } {
	const known = statistics.layers.get(layer);
	if (!known) {
		throw new RangeError(
			`standing statistics: no batch was accumulated for ${layer}; ` +
				"run the generator with batch norm kind 'accumulate' first",
		);
	}
	const { meanSum, varianceSum, count } = known;
	return { mean: tf.div(meanSum, count), variance: tf.div(varianceSum, count) };
}
