import { RunFailedError, UsageError } from '../errors.ts';

export interface InceptionScoreOptions {
	/** Number of classes: the logits of one image. */
	readonly classes: number;
	/**
	 * Parts that are scored apart. 1, the default and what the S3GAN evaluation does, takes the marginal over all
	 * images; 10 is the protocol of the Improved GAN paper, with lower scores.
	 */
	readonly splits?: number;
}

/** Score of each split: exp of the mean KL divergence from the marginal class distribution, in [1, classes]. */
export interface InceptionScores {
	readonly mean: number;
	readonly values: readonly number[];
}

// exp(H(mean p) - mean H(p)), equal to exp(mean KL(p ‖ mean p)).
function scoreOfSplit(logits: Float32Array, classes: number, start: number, end: number): number {
	const marginal = new Float64Array(classes);
	let negativeEntropy = 0;
	for (let image = start; image < end; image++) {
		const row = logits.subarray(image * classes, (image + 1) * classes);
		let largest = Number.NEGATIVE_INFINITY;
		for (const logit of row) largest = Math.max(largest, logit);
		let normalizer = 0;
		for (const logit of row) normalizer += Math.exp(logit - largest);
		const logNormalizer = largest + Math.log(normalizer);
		for (let label = 0; label < classes; label++) {
			const logProbability = row[label] - logNormalizer;
			const probability = Math.exp(logProbability);
			marginal[label] += probability;
			negativeEntropy += probability * logProbability;
		}
	}
	const count = end - start;
	let marginalEntropy = 0;
	for (const sum of marginal) {
		if (sum > 0) marginalEntropy -= (sum / count) * Math.log(sum / count);
	}
	return Math.exp(marginalEntropy + negativeEntropy / count);
}

/**
 * Inception score (arXiv 1606.03498, section 4) in float64. It depends on the classifier: only the Inception
 * network's logits give the number that papers print.
 *
 * @param logits float32, n · classes values, image by image
 * @throws UsageError for no image, a length that is no multiple of `classes`, or more splits than images
 * @throws RunFailedError for NaN or infinity, naming the image
 */
export function inceptionScore(logits: Float32Array, options: InceptionScoreOptions): InceptionScores {
	const { classes, splits = 1 } = options;
	if (!Number.isInteger(classes) || classes < 1 || logits.length % classes !== 0) {
		throw new UsageError(`logits: expected a multiple of ${classes} classes, got ${logits.length} values`);
	}
	const count = logits.length / classes;
	if (count === 0) throw new UsageError('images: expected at least 1, got 0');
	if (!Number.isInteger(splits) || splits < 1 || splits > count) {
		throw new UsageError(`splits: expected a whole number from 1 to ${count}, got ${splits}`);
	}
	const position = logits.findIndex(logit => !Number.isFinite(logit));
	if (position !== -1) {
		throw new RunFailedError(
			`logits: expected finite numbers, got ${logits[position]} for image ${Math.floor(position / classes)}`,
			'look at the images that were scored: a generator that has diverged gives NaN',
		);
	}
	const bound = (split: number): number => Math.floor((split * count) / splits);
	const values = Array.from({ length: splits }, (_, split) =>
		scoreOfSplit(logits, classes, bound(split), bound(split + 1)),
	);
	return { mean: values.reduce((sum, value) => sum + value, 0) / splits, values };
}
