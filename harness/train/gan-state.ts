import type { Method, OptionValues } from '../../methods/method.ts';
import type { BigGanConfig } from '../../methods/networks/big-gan/config.ts';
import { describeDiscriminator } from '../../methods/networks/big-gan/describe-discriminator.ts';
import { describeGenerator } from '../../methods/networks/big-gan/describe-generator.ts';
import {
	cloneNetworkState,
	createNetworkState,
	disposeNetworkState,
	type NetworkState,
} from '../../methods/networks/network-state.ts';
import { type AdamSettings, type AdamState, createAdamState, disposeAdamState } from './adam.ts';
import type { TrainingSettings } from './settings.ts';

/** Everything that training changes. */
export interface GanState {
	readonly config: BigGanConfig;
	readonly generator: NetworkState;
	readonly discriminator: NetworkState;
	/** Moving average of the generator's parameters. Its singular vectors are not used: they are not averaged. */
	readonly average: NetworkState;
	readonly generatorOptimiser: AdamState;
	readonly discriminatorOptimiser: AdamState;
}

export const generatorAdam = (settings: TrainingSettings): AdamSettings => ({
	learningRate: settings.generatorLearningRate,
	beta1: settings.beta1,
	beta2: settings.beta2,
	epsilon: settings.epsilon,
});

export const discriminatorAdam = (settings: TrainingSettings): AdamSettings => ({
	...generatorAdam(settings),
	learningRate: settings.discriminatorLearningRate,
});

/** Fresh networks and optimisers, drawn from the named streams of the seed. Dispose with `disposeGanState`. */
export function createGanState(
	method: Method,
	options: OptionValues,
	settings: TrainingSettings,
	classes: number,
	seed: number,
): GanState {
	const { resolution, channels } = settings;
	const config = method.networks({ resolution, channels, classes }, options);
	const generator = createNetworkState(describeGenerator(config), seed);
	const discriminator = createNetworkState(describeDiscriminator(config), seed);
	return {
		config,
		generator,
		discriminator,
		average: cloneNetworkState(generator),
		generatorOptimiser: createAdamState(generator.parameters, generatorAdam(settings)),
		discriminatorOptimiser: createAdamState(discriminator.parameters, discriminatorAdam(settings)),
	};
}

export function disposeGanState(state: GanState): void {
	for (const network of [state.generator, state.discriminator, state.average]) disposeNetworkState(network);
	disposeAdamState(state.generatorOptimiser);
	disposeAdamState(state.discriminatorOptimiser);
}
