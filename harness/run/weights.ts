import { createHash } from 'node:crypto';
import type { Variable } from '@tensorflow/tfjs-node-gpu';
import { writeSafetensors } from '../tensor/safetensors.ts';
import type { GanState } from '../train/gan-state.ts';

/** Every tensor that a later use of the networks needs, by the paper's names. */
export function* namedWeights(state: GanState): Generator<[name: string, tensor: Variable]> {
	for (const { parameters, singularVectors } of [state.generator, state.discriminator]) {
		yield* parameters;
		for (const [name, vector] of singularVectors) yield [`${name}/u_var`, vector];
	}
	for (const [name, average] of state.average.parameters) yield [`${name}/ExponentialMovingAverage`, average];
}

/** Writes the weights, singular vectors and averaged weights as one safetensors file, atomically. */
export function saveWeights(file: string, state: GanState): void {
	const tensors = new Map(
		[...namedWeights(state)].map(([name, tensor]) => [
			name,
			{ shape: tensor.shape, values: tensor.dataSync<'float32'>() },
		]),
	);
	writeSafetensors(file, { tensors, metadata: { format: 'fewer-labels 1' } });
}

/** SHA-256 over names and values of all weights, in the order of the names. */
export function weightsDigest(state: GanState): string {
	const hash = createHash('sha256');
	const sorted = [...namedWeights(state)].sort(([first], [second]) => (first < second ? -1 : 1));
	for (const [name, tensor] of sorted) {
		const values = tensor.dataSync<'float32'>();
		hash.update(`${name}\0`);
		hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
	}
	return hash.digest('hex');
}
