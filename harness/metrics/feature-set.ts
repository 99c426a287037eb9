import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { RunFailedError, UsageError } from '../errors.ts';
import { tf } from '../tensor/tensorflow.ts';

/**
 * Feature vectors of an image set, too many to hold at once: metrics read them batch by batch, several times
 * where they need to. Every reading gives the same rows in the same order.
 */
export interface FeatureSet {
	/** Number of images n. */
	readonly count: number;
	/** Length d of a feature vector. */
	readonly dimension: number;
	/** All rows in order, float32 [rows, d] at a time, any number of rows. The reader disposes every batch. */
	batches(): Iterable<Tensor2D>;
}

/**
 * A feature set over values that are in memory already. The values are not copied.
 *
 * @param values float32, n · dimension values, image by image
 * @param options.batchRows rows of a batch, default 1024
 * @throws UsageError for a length that is no multiple of the dimension
 */
export function featureSetFromArray(
	values: Float32Array,
	dimension: number,
	options: { readonly batchRows?: number } = {},
): FeatureSet {
	if (!Number.isInteger(dimension) || dimension < 1 || values.length % dimension !== 0) {
		throw new UsageError(`features: expected a multiple of ${dimension} values, got ${values.length}`);
	}
	const { batchRows = 1024 } = options;
	const count = values.length / dimension;
	return {
		count,
		dimension,
		*batches() {
			for (let start = 0; start < count; start += batchRows) {
				const end = Math.min(start + batchRows, count);
				// The native library shares memory with the array it is given: hand it a copy.
				yield tf.tensor2d(values.slice(start * dimension, end * dimension), [end - start, dimension]);
			}
		},
	};
}

/**
 * Reads a set once and checks what it reads. Each batch is disposed when `read` returns.
 *
 * @param read gets a batch [rows, d] and the number of rows before it
 * @throws UsageError if a batch has another width, or the batches hold another number of rows than `count`
 * @throws RunFailedError for NaN or infinity, naming the image
 */
export function readFeatures(set: FeatureSet, read: (batch: Tensor2D, firstRow: number) => void): void {
	let rows = 0;
	for (const batch of set.batches()) {
		try {
			if (batch.shape[1] !== set.dimension) {
				throw new UsageError(`features: expected vectors of length ${set.dimension}, got ${batch.shape[1]}`);
			}
			requireFiniteFeatures(batch, rows);
			read(batch, rows);
			rows += batch.shape[0];
		} finally {
			batch.dispose();
		}
	}
	if (rows !== set.count) {
		throw new UsageError(
			`features: expected ${set.count} rows, got ${rows}`,
			'the file of features is damaged or still being written: extract the features again',
		);
	}
}

/**
 * Reads a set once in blocks of equal size, the last one smaller, whatever the size of its batches.
 *
 * @param read gets a block [rows, d] and its number, from 0
 * @throws as `readFeatures`
 */
export function readFeatureBlocks(
	set: FeatureSet,
	blockRows: number,
	read: (block: Tensor2D, index: number) => void,
): void {
	let parts: Tensor2D[] = [];
	let waiting = 0;
	let index = 0;
	const flush = (): void => {
		const block = tf.concat(parts, 0);
		for (const part of parts) part.dispose();
		parts = [];
		waiting = 0;
		try {
			read(block, index);
		} finally {
			block.dispose();
		}
		index += 1;
	};
	try {
		readFeatures(set, batch => {
			for (let start = 0; start < batch.shape[0]; ) {
				const size = Math.min(blockRows - waiting, batch.shape[0] - start);
				parts.push(tf.slice(batch, [start, 0], [size, -1]));
				start += size;
				waiting += size;
				if (waiting === blockRows) flush();
			}
		});
		if (waiting > 0) flush();
	} finally {
		for (const part of parts) part.dispose();
	}
}

/**
 * Refuses two sets that no metric can compare.
 *
 * @param least smallest number of images that the metric is defined for
 * @throws UsageError for different dimensions or too few images
 */
export function requireComparable(real: FeatureSet, fake: FeatureSet, least: number): void {
	if (real.dimension !== fake.dimension) {
		throw new UsageError(
			`features: expected equal dimensions, got ${real.dimension} and ${fake.dimension}`,
			'score both image sets with the same feature network',
		);
	}
	for (const [name, { count }] of Object.entries({ real, fake })) {
		if (count < least) throw new UsageError(`${name} images: expected at least ${least}, got ${count}`);
	}
}

function requireFiniteFeatures(batch: Tensor2D, rowsBefore: number): void {
	const finite = tf.tidy(() => tf.all(tf.isFinite(batch)).dataSync()[0]);
	if (finite) return;
	const values = batch.dataSync();
	const position = values.findIndex(value => !Number.isFinite(value));
	const [row, column] = [Math.floor(position / batch.shape[1]), position % batch.shape[1]];
	throw new RunFailedError(
		`features: expected finite numbers, got ${values[position]} for image ${rowsBefore + row}, feature ${column}`,
		'look at the images that were scored: a generator that has diverged gives NaN',
	);
}
