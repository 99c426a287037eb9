import type { Variable } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { createNetworkState, disposeNetworkState, type NetworkState } from '../network-state.ts';
import type { ResNetV2Config } from './config.ts';
import { describeBatchNorms, describeFeatureExtractor } from './describe.ts';

/** The tensors of a feature extractor. */
export interface ResNetV2State {
	readonly config: ResNetV2Config;
	/** What gradient descent changes. */
	readonly network: NetworkState;
	/** `<norm scope>/moving_mean` and `/moving_variance`, [channels]: what inference normalises by. */
	readonly moments: ReadonlyMap<string, Variable>;
}

/**
 * A fresh network; moving means 0, moving variances 1. To be freed with `disposeResNetV2State`.
 *
 * @param seed of the initial weights, in [1, 2^31 − 1]
 */
export function createResNetV2State(config: ResNetV2Config, seed: number): ResNetV2State {
	const moments = new Map<string, Variable>();
	tf.tidy(() => {
		for (const [scope, channels] of describeBatchNorms(config)) {
			moments.set(`${scope}/moving_mean`, tf.variable(tf.zeros([channels]), false));
			moments.set(`${scope}/moving_variance`, tf.variable(tf.ones([channels]), false));
		}
	});
	return { config, network: createNetworkState(describeFeatureExtractor(config), seed), moments };
}

export function disposeResNetV2State({ network, moments }: ResNetV2State): void {
	disposeNetworkState(network);
	for (const moment of moments.values()) moment.dispose();
}
