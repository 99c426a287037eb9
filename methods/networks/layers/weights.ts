import type { Tensor, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import type { NetworkState } from '../network-state.ts';
import { addBias } from './bias.ts';
import { spectralNorm } from './spectral-norm.ts';

/**
 * The parameter of that name as a layer uses it: spectrally normalised if its description says so, which
 * advances its singular vector.
 *
 * @throws RangeError if the network has no such parameter
 */
export function weight<T extends Tensor>(state: NetworkState, name: string): T {
	const parameter = state.parameters.get(name);
	if (!parameter) throw new RangeError(`parameter: ${state.description.name} has none called ${name}`);
	const singularVector = state.singularVectors.get(name);
	return (singularVector ? spectralNorm(parameter, singularVector) : parameter) as Tensor as T;
}

/** x [N, in] · `<scope>/kernel` [in, out], plus `<scope>/bias` [out] if the network has one: [N, out]. */
export function linear(x: Tensor2D, state: NetworkState, scope: string): Tensor2D {
	const product: Tensor2D = tf.matMul(x, weight<Tensor2D>(state, `${scope}/kernel`));
	return withBias(product, state, scope);
}

/**
 * x [..., channels] plus `<scope>/bias` [channels] if the network has one. Of several scopes, as of branches that end in
 * one sum, the biases are added up first: one pass over x, and one over its gradient. Right after a convolution a graph
 * has none: TensorFlow merges the two.
 */
export function withBias<T extends Tensor>(x: T, state: NetworkState, ...scopes: readonly string[]): T {
	const biases = scopes.flatMap(scope => state.parameters.get(`${scope}/bias`) ?? []);
	if (biases.length === 0) return x;
	const [first, ...others] = biases;
	return addBias(
		x,
		others.reduce<Tensor>((sum, bias) => tf.add(sum, bias), first),
	);
}
