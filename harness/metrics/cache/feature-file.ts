import { closeSync, openSync, readSync } from 'node:fs';
import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { UsageError } from '../../errors.ts';
import { tf } from '../../tensor/tensorflow.ts';
import type { FeatureSet } from '../feature-set.ts';

const batchRows = 1024;
const bytesOfFloat = 4;

/** Rows of float32 in a file without header, read part by part: never more than one part in memory. */
export function* readFloatRows(file: string, count: number, width: number): Generator<Float32Array> {
	const descriptor = openSync(file, 'r');
	try {
		for (let from = 0; from < count; from += batchRows) {
			const rows = Math.min(batchRows, count - from);
			// A fresh array each time: the native library keeps using the one it was given.
			const values = new Float32Array(rows * width);
			const got = readSync(descriptor, values, 0, values.byteLength, from * width * bytesOfFloat);
			if (got < values.byteLength) {
				throw new UsageError(
					`${file}: it ends early, the cache was changed while it was read`,
					'score again',
				);
			}
			yield values;
		}
	} finally {
		closeSync(descriptor);
	}
}

/** Features in a raw file as a set that metrics can stream. */
export function featureSetFromFile(file: string, count: number, dimension: number): FeatureSet {
	return {
		count,
		dimension,
		*batches(): Generator<Tensor2D> {
			for (const values of readFloatRows(file, count, dimension)) {
				yield tf.tensor2d(values, [values.length / dimension, dimension]);
			}
		},
	};
}
