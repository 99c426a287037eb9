import type { ImageSplit } from '../../harness/data/data-set.ts';
import { imageBatches } from '../../harness/metrics/image-batches.ts';
import { tf } from '../../harness/tensor/tensorflow.ts';
import type { FeatureExtractor } from './feature-extractor.ts';
import { openForwardPass } from './forward-pass.ts';

/** Class logits of every image of a split. */
export interface InferredLogits {
	/** Images. */
	readonly count: number;
	readonly classes: number;
	/** [count, classes], row-major. */
	readonly values: Float32Array;
}

export interface InferenceOptions {
	/** `upright` sees each image as it is; `four-rotations` averages the logits of its rotations. Default `upright`. */
	readonly views?: 'upright' | 'four-rotations';
	/** Images at once, default 256. */
	readonly batchSize?: number;
	/** Told the part of the images that is done, in (0, 1]. */
	readonly onProgress?: (fraction: number) => void;
}

/** Images to label. */
export interface SplitToLabel {
	readonly split: ImageSplit;
	/** Told the part of its images that is done, in (0, 1]. */
	readonly onProgress?: (fraction: number) => void;
}

/**
 * What the classifier says of each image of each split, in order. The network does not change. Many images go through
 * it as a compiled graph, see `openForwardPass`.
 *
 * @throws UsageError if the network was trained without labels, or on another resolution
 */
export function inferLabelsOfSplits(
	extractor: FeatureExtractor,
	splits: readonly SplitToLabel[],
	{ views = 'upright', batchSize = 256 }: Omit<InferenceOptions, 'onProgress'> = {},
): InferredLogits[] {
	const { resolution, classes: known } = extractor.description;
	const classes = known ?? 0;
	const classify = openForwardPass(
		images => (views === 'upright' ? extractor.classLogits(images) : extractor.averageClassLogits(images)),
		{ images: splits.reduce((sum, { split }) => sum + split.count, 0), batchSize },
	);
	const infer = ({ split, onProgress = () => {} }: SplitToLabel): InferredLogits => {
		const values = new Float32Array(split.count * classes);
		let done = 0;
		for (const images of imageBatches(split, resolution, batchSize)) {
			try {
				const logits = classify(images);
				values.set(logits.dataSync<'float32'>(), done * classes);
				done += images.shape[0];
				logits.dispose();
			} finally {
				tf.dispose(images);
			}
			onProgress(done / split.count);
		}
		return { count: split.count, classes, values };
	};
	try {
		return splits.map(infer);
	} finally {
		classify.dispose();
	}
}

/** The same for one split. */
export function inferLabels(
	extractor: FeatureExtractor,
	split: ImageSplit,
	{ onProgress, ...options }: InferenceOptions = {},
): InferredLogits {
	return inferLabelsOfSplits(extractor, [{ split, onProgress }], options)[0]!;
}

/** The hard label of each image: the class with the largest logit, the first of equals. [count] */
export function hardLabels({ count, classes, values }: InferredLogits): Int32Array {
	return Int32Array.from({ length: count }, (_, image) => {
		const row = values.subarray(image * classes, (image + 1) * classes);
		return row.reduce((best, value, index) => (value > row[best] ? index : best), 0);
	});
}

/** The soft labels of the images from `start` up to `end`: softmax of their logits. [(end − start) · classes] */
export function softLabels({ classes, values }: InferredLogits, start: number, end: number): Float32Array {
	const probabilities = new Float32Array((end - start) * classes);
	for (let image = start; image < end; image++) {
		const row = values.subarray(image * classes, (image + 1) * classes);
		const largest = row.reduce((most, value) => Math.max(most, value));
		const exponentials = Array.from(row, value => Math.exp(value - largest));
		const sum = exponentials.reduce((total, value) => total + value);
		for (const [index, value] of exponentials.entries()) {
			probabilities[(image - start) * classes + index] = value / sum;
		}
	}
	return probabilities;
}

/** Shares of wrongly classified images, in [0, 1]. */
export interface ClassificationErrors {
	readonly top1: number;
	/** The true class is not among the five with the largest logits; 0 with up to five classes. */
	readonly top5: number;
	/** Images that were looked at. */
	readonly images: number;
}

/**
 * Top-1 and top-5 error (Table 3). Of equal logits the lower class comes first, as in `hardLabels`.
 *
 * @param labels true class of each image
 * @param isCounted which images to look at; all by default
 * @returns null if no image is looked at
 */
export function classificationErrors(
	{ count, classes, values }: InferredLogits,
	labels: Int32Array,
	isCounted: (image: number) => boolean = () => true,
): ClassificationErrors | null {
	let images = 0;
	const wrong = { top1: 0, top5: 0 };
	for (let image = 0; image < count; image++) {
		if (!isCounted(image)) continue;
		images++;
		const row = values.subarray(image * classes, (image + 1) * classes);
		const truth = labels[image];
		let before = 0;
		for (let other = 0; other < classes; other++) {
			// Not `row[other] > …` alone: a logit that is not a number must count against the truth.
			if (other !== truth && !(row[other] < row[truth]) && (other < truth || row[other] !== row[truth])) {
				before++;
			}
		}
		if (before >= 1) wrong.top1++;
		if (before >= 5) wrong.top5++;
	}
	return images === 0 ? null : { top1: wrong.top1 / images, top5: wrong.top5 / images, images };
}
