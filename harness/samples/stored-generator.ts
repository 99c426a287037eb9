import type { Variable } from '@tensorflow/tfjs-node-gpu';
import { describeGenerator } from '../../methods/networks/big-gan/describe-generator.ts';
import { singularVectorShape } from '../../methods/networks/layers/spectral-norm.ts';
import { disposeNetworkState, type NetworkState } from '../../methods/networks/network-state.ts';
import type { NetworkDescription } from '../../methods/networks/parameters.ts';
import type { StoredTensors } from '../tensor/safetensors.ts';
import { tf } from '../tensor/tensorflow.ts';
import type { GanState } from '../train/gan-state.ts';
import { refuseRun, type StoredRun } from './stored-run.ts';

/** A run's generator on the device. Discriminator and optimisers are neither stored whole nor needed. */
export interface StoredGenerator {
	/** What a sampler reads of it. */
	readonly state: GanState;
	/** Whether its weights are those of the last step, not the averaged ones. */
	readonly raw: boolean;
	dispose(): void;
}

/** The network of a description with stored values; `suffix` chooses raw or averaged parameters. */
export function readStoredNetwork(
	folder: string,
	description: NetworkDescription,
	{ tensors }: StoredTensors,
	suffix: string,
): NetworkState {
	const parameters = new Map<string, Variable>();
	const singularVectors = new Map<string, Variable>();
	const read = (name: string, shape: readonly number[], trainable: boolean): Variable => {
		const stored = tensors.get(name);
		if (`${stored?.shape}` !== `${shape}`) {
			refuseRun(folder, `${name}: expected shape [${shape}], got ${stored ? `[${stored.shape}]` : 'none'}`);
		}
		return tf.tidy(() => tf.variable(tf.tensor(stored!.values, [...shape]), trainable));
	};
	const network = { description, parameters, singularVectors };
	try {
		for (const { name, shape, spectralNorm } of description.parameters) {
			parameters.set(name, read(`${name}${suffix}`, shape, true));
			if (!spectralNorm) continue;
			singularVectors.set(name, read(`${name}/u_var`, singularVectorShape(shape), false));
		}
		return network;
	} catch (error) {
		disposeNetworkState(network);
		throw error;
	}
}

/**
 * Puts the stored weights of a run's generator on the device, as its own measuring finds them.
 *
 * @param raw leaves the moving average out: images come from the weights of the last step
 * @throws UsageError if the stored tensors do not fit the method's networks
 */
export function openStoredGenerator(run: StoredRun, raw = false): StoredGenerator {
	const { folder, config, weights } = run;
	const description = describeGenerator(config);
	const generator = readStoredNetwork(folder, description, weights, '');
	let average = generator;
	if (!raw) {
		try {
			average = readStoredNetwork(folder, description, weights, '/ExponentialMovingAverage');
		} catch (error) {
			disposeNetworkState(generator);
			throw error;
		}
	}
	return {
		state: { config, generator, average } as unknown as GanState,
		raw,
		dispose() {
			for (const network of new Set([generator, average])) disposeNetworkState(network);
		},
	};
}
