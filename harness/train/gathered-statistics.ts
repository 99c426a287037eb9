import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import type { StandingStatistics } from '../../methods/networks/layers/standing-statistics.ts';
import type { NetworkState } from '../../methods/networks/network-state.ts';
import type { StoredTensor } from '../tensor/safetensors.ts';
import { tf } from '../tensor/tensorflow.ts';

/**
 * Batch norm's standing statistics, `<layer>/mean_sum`, `<layer>/variance_sum` [channels] and `<layer>/batches` [],
 * and the singular vectors `<parameter>/u_var` as gathering left them. With the weights they make a sampler without
 * the work of gathering, which at the paper's size is 204,800 images.
 */
export type GatheredStatistics = ReadonlyMap<string, StoredTensor>;

/** The statistics and singular vectors as they are now. */
export function gatheredOf(
	{ singularVectors }: NetworkState,
	{ layers }: StandingStatistics,
): Map<string, StoredTensor> {
	const tensors = new Map<string, StoredTensor>();
	const add = (name: string, variable: Variable): void => {
		tensors.set(name, { shape: variable.shape, values: variable.dataSync<'float32'>().slice() });
	};
	for (const [layer, { meanSum, varianceSum, count }] of layers) {
		add(`${layer}/mean_sum`, meanSum);
		add(`${layer}/variance_sum`, varianceSum);
		add(`${layer}/batches`, count);
	}
	for (const [name, vector] of singularVectors) add(`${name}/u_var`, vector);
	return tensors;
}

/**
 * Gives a network and empty statistics what was gathered for the same weights.
 *
 * @throws RangeError if `gathered` is of other networks
 */
export function restoreGathered(
	{ singularVectors }: NetworkState,
	{ layers }: StandingStatistics,
	gathered: GatheredStatistics,
): void {
	const read = (name: string): Tensor => {
		const stored = gathered.get(name);
		if (!stored) throw new RangeError(`standing statistics: ${name} is missing`);
		return tf.tensor(stored.values.slice(), [...stored.shape]);
	};
	tf.tidy(() => {
		for (const [name, vector] of singularVectors) vector.assign(read(`${name}/u_var`));
		for (const name of gathered.keys()) {
			if (!name.endsWith('/mean_sum')) continue;
			const layer = name.slice(0, -'/mean_sum'.length);
			layers.set(layer, {
				meanSum: tf.variable(read(name), false),
				varianceSum: tf.variable(read(`${layer}/variance_sum`), false),
				count: tf.variable(read(`${layer}/batches`), false),
			});
		}
	});
}
