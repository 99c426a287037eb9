import { createHash } from 'node:crypto';
import { UsageError } from '../../errors.ts';
import { inceptionTensors } from './tensor-names.ts';

/** A float32 tensor, row-major. */
export interface FloatTensor {
	readonly shape: readonly number[];
	readonly values: Float32Array;
}

/**
 * All 472 tensors by their names in the TensorFlow graph, batch normalisation not yet folded, kernels as
 * [height, width, in, out]. Whatever file they came from, equal numbers are equal here.
 */
export type InceptionWeights = ReadonlyMap<string, FloatTensor>;

/** A plain loop: with a callback for each, 24 million numbers take ten times as long. */
function firstNotFinite(values: Float32Array): number {
	for (let index = 0; index < values.length; index++) if (!Number.isFinite(values[index])) return index;
	return -1;
}

/** @throws UsageError if a tensor is missing, has another shape, or holds NaN or infinity */
export function requireCompleteWeights(weights: InceptionWeights, origin: string): void {
	for (const { name, shape } of inceptionTensors()) {
		const found = weights.get(name);
		if (`${found?.shape}` !== `${shape}` || found?.values.length !== shape.reduce((a, b) => a * b, 1)) {
			const got = found ? `shape [${found.shape}]` : 'none';
			throw new UsageError(
				`${origin}: Inception needs '${name}' of shape [${shape}], got ${got}`,
				'give the network of 2015-12-05 that FID is defined on; other Inceptions do not fit',
			);
		}
		const position = firstNotFinite(found.values);
		if (position !== -1) {
			throw new UsageError(
				`${origin}: '${name}' holds ${found.values[position]} at position ${position}, expected finite numbers`,
				'the file is damaged: get it again',
			);
		}
	}
}

/** SHA-256 in hex over names, shapes and values: the same for every file that holds the same numbers. */
export function weightsDigestOf(weights: InceptionWeights): string {
	const hash = createHash('sha256');
	for (const { name } of inceptionTensors()) {
		const { shape, values } = weights.get(name)!;
		hash.update(`${name} [${shape}]\0`);
		hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
	}
	return hash.digest('hex');
}
