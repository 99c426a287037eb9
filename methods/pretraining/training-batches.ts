import { type Batch, type BatchOptions, createBatches } from '../../harness/data/batches.ts';
import type { DataSet } from '../../harness/data/data-set.ts';
import { type Feed, openFeed, type Stall } from '../../harness/data/feed.ts';
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
	/** Starts reading them; images of packed splits are read ahead while the caller trains. */
	open(): MixedFeed;
}

/** Mixed batches as they are read. */
export interface MixedFeed {
	/**
	 * The batch with this number, from 0; it depends on nothing else. One call at a time.
	 *
	 * @throws UsageError naming file and offset of an image that cannot be read
	 */
	at(update: number): Promise<MixedBatch>;
	/** How long the caller waited in `at`, since the first batch was there. */
	stall(): Stall;
	/** Ends threads and processes. */
	close(): Promise<void>;
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
	const parts: BatchOptions[] = [];
	if (subset) parts.push({ ...shared, batchSize: labelled, name: 'pretraining-labelled', subset });
	if (unlabelled > 0) parts.push({ ...shared, batchSize: unlabelled, name: 'pretraining-unlabelled' });
	// Refuses all that is wrong before a thread is started.
	for (const part of parts) createBatches(train, part);
	return {
		labelled,
		unlabelled,
		passes,
		subset,
		open: () =>
			joinFeeds(
				// The views draw crops of their own: what is read is always the same.
				parts.map(part => openFeed(train, { ...part, crops: 'steady' })),
				labelled,
			),
	};
}

/** The batches of several feeds one behind the other, with the labels of the first images. */
function joinFeeds(feeds: readonly Feed[], labelled: number): MixedFeed {
	return {
		async at(update) {
			const batches: Batch[] = [];
			for (const feed of feeds) batches.push(await feed.at(update));
			const pixels = new Float32Array(batches.reduce((sum, batch) => sum + batch.pixels.length, 0));
			let offset = 0;
			for (const batch of batches) {
				pixels.set(batch.pixels, offset);
				offset += batch.pixels.length;
			}
			return { pixels, labels: batches[0].labels.slice(0, labelled) };
		},
		stall() {
			// They are asked one after the other, and the first has its first batch first.
			const stalls = feeds.map(feed => feed.stall());
			return {
				waitedMs: stalls.reduce((sum, { waitedMs }) => sum + waitedMs, 0),
				totalMs: stalls[0].totalMs,
			};
		},
		async close() {
			for (const feed of feeds) await feed.close();
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
