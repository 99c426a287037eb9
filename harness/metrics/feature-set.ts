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

/** Rows of a set, and the number of rows before them. */
export interface FeatureRows {
	/** [rows, d]; disposed as soon as the next ones are asked for. */
	readonly rows: Tensor2D;
	readonly firstRow: number;
}

/**
 * Reads a set once, batch by batch, and checks what it reads.
 *
 * @throws UsageError if a batch has another width, or the batches hold another number of rows than `count`
 * @throws RunFailedError for NaN or infinity, naming the image
 */
export function* featureBatches(set: FeatureSet): Generator<FeatureRows, void, void> {
	let firstRow = 0;
	for (const rows of set.batches()) {
		try {
			if (rows.shape[1] !== set.dimension) {
				throw new UsageError(`features: expected vectors of length ${set.dimension}, got ${rows.shape[1]}`);
			}
			requireFiniteFeatures(rows, firstRow);
			yield { rows, firstRow };
			firstRow += rows.shape[0];
		} finally {
			rows.dispose();
		}
	}
	if (firstRow !== set.count) {
		throw new UsageError(
			`features: expected ${set.count} rows, got ${firstRow}`,
			'the file of features is damaged or still being written: extract the features again',
		);
	}
}

/**
 * Reads a set once in blocks of equal size, the last one smaller, whatever the size of its batches.
 *
 * @throws as `featureBatches`
 */
export function* featureBlocks(set: FeatureSet, blockRows: number): Generator<FeatureRows, void, void> {
	let parts: Tensor2D[] = [];
	let waiting = 0;
	let firstRow = 0;
	function* flush(): Generator<FeatureRows, void, void> {
		const rows = tf.concat(parts, 0);
		for (const part of parts) part.dispose();
		parts = [];
		waiting = 0;
		try {
			yield { rows, firstRow };
			firstRow += rows.shape[0];
		} finally {
			rows.dispose();
		}
	}
	try {
		for (const { rows } of featureBatches(set)) {
			for (let start = 0; start < rows.shape[0]; ) {
				const size = Math.min(blockRows - waiting, rows.shape[0] - start);
				parts.push(tf.slice(rows, [start, 0], [size, -1]));
				start += size;
				waiting += size;
				if (waiting === blockRows) yield* flush();
			}
		}
		if (waiting > 0) yield* flush();
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
