import { createStream } from '../../../../harness/tensor/random.ts';

export interface Blobs {
	/** Rows [n, d], row-major. */
	readonly values: Float32Array;
	/** Blob of each row, [n]. */
	readonly labels: Int32Array;
}

/**
 * Normal clouds of unit spread around points of N(0, separation²), in random order.
 *
 * @param rows of each blob
 */
export function drawBlobs(
	blobs: number,
	rows: number,
	dimension: number,
	options: { readonly separation: number; readonly offset?: number; readonly seed?: number },
): Blobs {
	const { separation, offset = 0, seed = 1 } = options;
	const stream = createStream(seed, 'blobs');
	const means = stream.normals(blobs * dimension);
	const labels = Int32Array.from(stream.permutation(blobs * rows), row => row % blobs);
	const values = stream.normals(blobs * rows * dimension);
	for (const [row, label] of labels.entries()) {
		for (let index = 0; index < dimension; index++) {
			values[row * dimension + index] += offset + separation * means[label * dimension + index];
		}
	}
	return { values, labels };
}
