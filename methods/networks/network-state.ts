import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import { createStream } from '../../harness/tensor/random.ts';
import { tf } from '../../harness/tensor/tensorflow.ts';
import { initialValue } from './initializers.ts';
import { singularVectorShape } from './layers/spectral-norm.ts';
import type { NetworkDescription } from './parameters.ts';

/**
 * The tensors of one network. Both maps have the parameter's name as key and follow the order of the
 * description; in a TensorFlow checkpoint the singular vector of `<name>` is `<name>/u_var`.
 */
export interface NetworkState {
	readonly description: NetworkDescription;
	/** Trainable, float32. */
	readonly parameters: ReadonlyMap<string, Variable>;
	/**
	 * Running estimate of a singular vector of each spectrally normalised parameter: [rows, 1] or [1, columns] of
	 * the flattened kernel. Not trainable; every use of the parameter advances it.
	 */
	readonly singularVectors: ReadonlyMap<string, Variable>;
}

/**
 * Allocates a network and draws its initial tensors: parameters from the stream `('initial-weights', name)` of
 * the seed, singular vectors, N(0, 1), from `('singular-vectors', name)`. Equal arguments give equal tensors,
 * and adding a head does not change the others.
 *
 * @param seed integer in [1, 2^31 - 1]
 */
export function createNetworkState(description: NetworkDescription, seed: number): NetworkState {
	const { parameters } = description;
	return {
		description,
		parameters: new Map(
			parameters.map(spec => [
				spec.name,
				makeVariable(true, () => initialValue(spec, createStream(seed, 'initial-weights', spec.name))),
			]),
		),
		singularVectors: new Map(
			parameters
				.filter(spec => spec.spectralNorm)
				.map(spec => {
					const shape = singularVectorShape(spec.shape);
					const draw = (): Tensor => {
						const stream = createStream(seed, 'singular-vectors', spec.name);
						return tf.tensor2d(stream.normals(shape[0] * shape[1]), shape);
					};
					return [spec.name, makeVariable(false, draw)];
				}),
		),
	};
}

/** An independent network with the same values, for example to start a moving average. */
export function cloneNetworkState(state: NetworkState): NetworkState {
	// Assigning to a variable replaces its storage, so two variables may share storage until then.
	const copy = (variables: ReadonlyMap<string, Variable>, trainable: boolean): Map<string, Variable> =>
		new Map([...variables].map(([name, value]) => [name, makeVariable(trainable, () => value.clone())]));
	return {
		description: state.description,
		parameters: copy(state.parameters, true),
		singularVectors: copy(state.singularVectors, false),
	};
}

/** Frees the tensors of a network. */
export function disposeNetworkState(state: NetworkState): void {
	for (const variables of [state.parameters, state.singularVectors]) {
		for (const variable of variables.values()) variable.dispose();
	}
}

// No name: TensorFlow.js has one name space for all variables, and two networks may have equal parameter names.
function makeVariable(trainable: boolean, draw: () => Tensor): Variable {
	return tf.tidy(() => tf.variable(draw(), trainable));
}
