import { closeSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { UsageError } from '../../errors.ts';
import { tf } from '../../tensor/tensorflow.ts';
import type { FeatureSet } from '../feature-set.ts';
import { touchEntry } from './entry-files.ts';

const batchRows = 1024;
const bytesOfFloat = 4;

// Often enough that nobody takes an entry that is being read for one that is not used.
const touchEveryMs = 60_000;

/** What `read` gives. @throws UsageError if the file is gone: someone has emptied the cache meanwhile */
export function explainRemoval<Result>(file: string, read: () => Result): Result {
	try {
		return read();
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
		throw new UsageError(`${file}: it was removed while it was in use`, 'score again', error);
	}
}

/** Rows of float32 in a file without header, read part by part: never more than one part in memory. */
export function* readFloatRows(file: string, count: number, width: number): Generator<Float32Array> {
	const descriptor = explainRemoval(file, () => openSync(file, 'r'));
	let touchedAt = 0;
	try {
		for (let from = 0; from < count; from += batchRows) {
			const rows = Math.min(batchRows, count - from);
			if (Date.now() - touchedAt > touchEveryMs) {
				touchEntry(path.dirname(file));
				touchedAt = Date.now();
			}
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
