import type { DataSet } from '../../harness/data/data-set.ts';
import { describeSubset } from '../../harness/data/label-subset.ts';
import { UsageError } from '../../harness/errors.ts';
import type { FeatureExtractor } from './feature-extractor.ts';
import {
	type ClassificationErrors,
	classificationErrors,
	hardLabels,
	type InferredLogits,
	inferLabelsOfSplits,
	softLabels,
} from './infer-labels.ts';
import type { LabelFilesContent } from './label-file.ts';
import { labelledImages } from './labelled-images.ts';

export interface LabelTrainingSetOptions {
	/**
	 * Keeps the true labels of the labelled images, as s4l does when it trains on inferred labels. Default false: the
	 * paper takes the classifier's word for every training image (§3.1).
	 */
	readonly keepTrueLabels?: boolean;
	/** See `InferenceOptions`; default `upright`. The paper does not say; s4l exports both. */
	readonly views?: 'upright' | 'four-rotations';
	/** Writes the probabilities too; default true. */
	readonly soft?: boolean;
	/** The labelled images, if the network was trained with a list of them. */
	readonly listed?: Uint32Array;
	readonly onProgress?: (progress: { readonly fraction: number; readonly text: string }) => void;
}

/** Errors of a classifier, null where there is no image to look at. */
export interface LabelErrors {
	/** On the held-out split (Table 3). */
	readonly heldOut: ClassificationErrors | null;
	/** On the training images whose labels it did not see. */
	readonly unlabelled: ClassificationErrors | null;
}

/** What is written, and how wrong it is. */
export interface InferredTrainingSet {
	/** For `writeLabelFiles`. */
	readonly content: LabelFilesContent;
	readonly errors: LabelErrors;
}

const rowsPerPart = 4096;

/**
 * Labels every training image by the classifier of §3.1, with the errors of Table 3.
 *
 * @throws UsageError if the extractor has no class head, or was trained on other data
 */
export function labelTrainingSet(
	extractor: FeatureExtractor,
	dataSet: DataSet,
	options: LabelTrainingSetOptions = {},
): InferredTrainingSet {
	const { keepTrueLabels = false, views = 'upright', soft = true, onProgress = () => {} } = options;
	const { description, fingerprint } = extractor;
	const { train, test, classNames } = dataSet;
	if (description.dataSetDigest !== dataSet.digest) {
		throw new UsageError(
			`label inference: the network was trained on data ${description.dataSetDigest.slice(0, 12)}…, got data ${dataSet.digest.slice(0, 12)}…`,
			'give the data set that it was trained on, or pre-train again',
		);
	}
	const subset = labelledImages(dataSet, description.options, options.listed);
	if (subset === null) {
		throw new UsageError(
			'label inference: the network was trained on rotations only and knows no classes',
			'pre-train one with a label fraction',
		);
	}
	const classes = classNames.length;
	const isLabelled = new Uint8Array(train.count);
	for (const image of subset) isLabelled[image] = 1;

	const images = train.count + test.count;
	const report = (text: string, from: number, count: number) => (fraction: number) =>
		onProgress({ fraction: (from + fraction * count) / images, text });
	const [logits, heldOut] = inferLabelsOfSplits(
		extractor,
		[
			{
				split: train,
				onProgress: report('inferring labels of the training images', 0, train.count),
			},
			{ split: test, onProgress: report('classifying held-out images', train.count, test.count) },
		],
		{ views },
	) as [InferredLogits, InferredLogits];
	const errors: LabelErrors = {
		heldOut: classificationErrors(heldOut, test.labels),
		unlabelled: classificationErrors(logits, train.labels, image => isLabelled[image] === 0),
	};

	const labels = hardLabels(logits);
	if (keepTrueLabels) for (const image of subset) labels[image] = train.labels[image];
	const softParts = function* (): Generator<Float32Array> {
		for (let start = 0; start < train.count; start += rowsPerPart) {
			const end = Math.min(start + rowsPerPart, train.count);
			const part = softLabels(logits, start, end);
			for (let image = start; keepTrueLabels && image < end; image++) {
				if (!isLabelled[image]) continue;
				const row = (image - start) * classes;
				part.fill(0, row, row + classes)[row + train.labels[image]] = 1;
			}
			yield part;
		}
	};
	const provenance = {
		method: 'classifier trained jointly with rotations (arXiv 1903.02271, §3.1)',
		views,
		keepTrueLabels,
		dataSet: { name: dataSet.name, digest: dataSet.digest },
		extractorFingerprint: fingerprint,
		pretraining: description.options,
		labelledSubset: describeSubset(train.labels, classes, subset),
		errors,
	};
	const content = { classes, labels, softLabels: soft ? softParts() : null, labelled: subset, provenance };
	return { content, errors };
}
