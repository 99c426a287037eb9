import { createBatches } from '../../harness/data/batches.ts';
import type { DataSet } from '../../harness/data/data-set.ts';
import { UsageError } from '../../harness/errors.ts';
import { labelledImages } from './labelled-images.ts';
import type { PretrainingOptions } from './options.ts';

/** Upright images of one update before augmentation, the labelled ones first. */
export interface MixedBatch {
	/** [labelled + unlabelled, R, R, 3] in [0, 1]. */
	readonly pixels: Float32Array;
	/** Classes of the labelled images, the first of the batch. */
	readonly labels: Int32Array;
}

export interface MixedBatches {
	/** Labelled images of each batch. */
	readonly labelled: number;
	/** Unlabelled images of each batch. */
	readonly unlabelled: number;
	/** Equal parts in which a batch passes the network. */
	readonly passes: number;
	/** Indices of the training images whose labels are read, ascending; null without labels. */
	readonly subset: Uint32Array | null;
	/** The batch with this number, from 0. */
	at(update: number): MixedBatch;
}

/**
 * The batches of Eq. 2: unlabelled images from the whole training set (p_data has no labels, so labelled images are
 * among them), labelled ones from the subset; each in random order, pass after pass.
 *
 * @param listed see `labelledImages`
 * @throws UsageError if a class has no images, or a batch asks for more images than there are
 */
export function createMixedBatches(
	dataSet: DataSet,
	options: PretrainingOptions,
	listed?: Uint32Array,
): MixedBatches {
	const { rotationWeight, batchSize, seed } = options;
	const { train, resolution } = dataSet;
	const subset = labelledImages(dataSet, options, listed);
	const labelled = subset === null ? 0 : Math.min(batchSize - options.unlabelledPerBatch, subset.length);
	const unlabelledWithLabels = rotationWeight === 0 ? 0 : options.unlabelledPerBatch;
	const unlabelled = subset === null ? batchSize : unlabelledWithLabels;
	const passes = batchSize / (options.microBatchSize ?? batchSize);
	requireEqualParts(passes, { labelled, unlabelled });
	const shared = { seed, resolution };
	const unlabelledBatches =
		unlabelled === 0
			? null
			: createBatches(train, { ...shared, batchSize: unlabelled, name: 'pretraining-unlabelled' });
	const labelledBatches =
		subset === null
			? null
			: createBatches(train, { ...shared, batchSize: labelled, name: 'pretraining-labelled', subset });
	return {
		labelled,
		unlabelled,
		passes,
		subset,
		at(update) {
			const known = labelledBatches?.at(update);
			const unknown = unlabelledBatches?.at(update);
			const pixels = new Float32Array((labelled + unlabelled) * resolution * resolution * 3);
			if (known) pixels.set(known.pixels);
			if (unknown) pixels.set(unknown.pixels, known?.pixels.length ?? 0);
			return { pixels, labels: known?.labels ?? new Int32Array() };
		},
	};
}

/** @throws UsageError unless every pass gets as many images of each kind */
function requireEqualParts(
	passes: number,
	counts: { readonly labelled: number; readonly unlabelled: number },
): void {
	for (const [kind, count] of Object.entries(counts)) {
		if (count % passes === 0) continue;
		throw new UsageError(
			`pre-training: microBatchSize divides a batch into ${passes} passes, and its ${count} ${kind} images do not fall into as many equal parts`,
			'choose batchSize, unlabelledPerBatch and microBatchSize so that they do',
		);
	}
}
