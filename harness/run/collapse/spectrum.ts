import type { Variable } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../tensor/tensorflow.ts';
import type { GanState } from '../../train/gan-state.ts';

/** The kernel of a network with the largest singular value. */
export interface Spectrum {
	readonly largest: number;
	/** The kernel's name. */
	readonly name: string;
}

/** ‖Wᵀu‖ or ‖W v‖ of the stored unit vector: what spectral norm takes for the largest singular value. */
function singularValue(kernel: Variable, vector: Variable): number {
	return tf.tidy(() => {
		const columns = kernel.shape.at(-1)!;
		const matrix = tf.reshape(kernel, [kernel.size / columns, columns]); // [rows, columns]
		const left = vector.shape[1] === 1 && vector.shape[0] === matrix.shape[0];
		const image = left
			? tf.matMul(matrix, vector as never, true)
			: tf.matMul(matrix, tf.reshape(vector, [columns, 1]));
		return tf.norm(image).dataSync()[0];
	});
}

/**
 * The largest singular value among the spectrally normalised kernels of each network, before normalisation, as its
 * running estimate has it. It does not bound the network, which divides by it, but it grows when training goes wrong.
 *
 * @param state up to date; left as it is
 * @returns by network; networks without such kernels are left out
 */
export function largestSingularValues(state: GanState): Record<string, Spectrum> {
	const spectra: Record<string, Spectrum> = {};
	for (const network of ['generator', 'discriminator'] as const) {
		const { parameters, singularVectors } = state[network];
		for (const [name, vector] of singularVectors) {
			const value = singularValue(parameters.get(name)!, vector);
			const known = spectra[network];
			if (!known || value > known.largest) spectra[network] = { largest: value, name };
		}
	}
	return spectra;
}
