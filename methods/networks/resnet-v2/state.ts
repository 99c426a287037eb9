import type { Variable } from '@tensorflow/tfjs-node-gpu';
import { UsageError } from '../../../harness/errors.ts';
import type { StoredTensor } from '../../../harness/tensor/safetensors.ts';
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

/**
 * A network with stored values: parameters and moments by name.
 *
 * @throws UsageError if one is missing or has another shape than the configuration asks for
 */
export function restoreResNetV2State(
	config: ResNetV2Config,
	stored: ReadonlyMap<string, StoredTensor>,
): ResNetV2State {
	const description = describeFeatureExtractor(config);
	const moments: [string, readonly number[]][] = [...describeBatchNorms(config)].flatMap(
		([scope, channels]) =>
			[`${scope}/moving_mean`, `${scope}/moving_variance`].map((name): [string, number[]] => [
				name,
				[channels],
			]),
	);
	const parameters = description.parameters.map(({ name, shape }): [string, readonly number[]] => [
		name,
		shape,
	]);
	// All are looked at before the first is allocated.
	for (const [name, shape] of [...parameters, ...moments]) {
		const found = stored.get(name)?.shape;
		if (`${found}` !== `${shape}`) {
			throw new UsageError(
				`feature extractor: expected ${name} of shape [${shape}], got ${found ? `[${found}]` : 'none'}`,
				'the stored network is damaged: delete its folder, it will be trained again',
			);
		}
	}
	const restore = (
		entries: readonly [string, readonly number[]][],
		trainable: boolean,
	): Map<string, Variable> =>
		new Map(
			entries.map(([name, shape]) => [
				name,
				tf.tidy(() => tf.variable(tf.tensor(stored.get(name)!.values, [...shape], 'float32'), trainable)),
			]),
		);
	return {
		config,
		network: { description, parameters: restore(parameters, true), singularVectors: new Map() },
		moments: restore(moments, false),
	};
}

/** The values of all parameters and moments by name, as `restoreResNetV2State` takes them. */
export function storeResNetV2State({ network, moments }: ResNetV2State): Map<string, StoredTensor> {
	return new Map(
		[...network.parameters, ...moments].map(([name, variable]) => [
			name,
			{ shape: variable.shape, values: variable.dataSync<'float32'>() },
		]),
	);
}

export function disposeResNetV2State({ network, moments }: ResNetV2State): void {
	disposeNetworkState(network);
	for (const moment of moments.values()) moment.dispose();
}
