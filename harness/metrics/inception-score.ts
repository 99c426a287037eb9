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

/** Collects logits image by image; memory is one row of classes a split, whatever the number of images. */
export interface InceptionScoreAccumulator {
	/**
	 * @param logits float32, whole rows of `classes` values
	 * @throws RunFailedError for NaN or infinity, naming the image
	 */
	add(logits: Float32Array): void;
	/** @throws RangeError if another number of images came than was announced */
	scores(): InceptionScores;
}

/**
 * Inception score (arXiv 1606.03498, section 4) in float64, streamed. It depends on the classifier: only the
 * Inception network's logits give the number that papers print.
 *
 * @param options.count images that will be added: it decides where splits begin
 * @throws UsageError for no image or more splits than images
 */
export function createInceptionScoreAccumulator(
	options: InceptionScoreOptions & { readonly count: number },
): InceptionScoreAccumulator {
	const { classes, count, splits = 1 } = options;
	if (count === 0) throw new UsageError('images: expected at least 1, got 0');
	if (!Number.isInteger(splits) || splits < 1 || splits > count) {
		throw new UsageError(`splits: expected a whole number from 1 to ${count}, got ${splits}`);
	}
	const bound = (split: number): number => Math.floor((split * count) / splits);
	const values: number[] = [];
	const marginal = new Float64Array(classes);
	const probabilities = new Float64Array(classes);
	let negativeEntropy = 0;
	let images = 0;

	// exp(H(mean p) - mean H(p)), equal to exp(mean KL(p ‖ mean p)).
	const closeSplit = (size: number): void => {
		let marginalEntropy = 0;
		for (const sum of marginal) {
			if (sum > 0) marginalEntropy -= (sum / size) * Math.log(sum / size);
		}
		values.push(Math.exp(marginalEntropy + negativeEntropy / size));
		marginal.fill(0);
		negativeEntropy = 0;
	};

	const addRow = (row: Float32Array): void => {
		let largest = Number.NEGATIVE_INFINITY;
		for (const logit of row) largest = Math.max(largest, logit);
		let normalizer = 0;
		for (let label = 0; label < classes; label++) {
			probabilities[label] = Math.exp(row[label] - largest);
			normalizer += probabilities[label];
		}
		const logNormalizer = largest + Math.log(normalizer);
		for (let label = 0; label < classes; label++) {
			const probability = probabilities[label] / normalizer;
			marginal[label] += probability;
			negativeEntropy += probability * (row[label] - logNormalizer);
		}
	};

	return {
		add(logits) {
			const position = logits.findIndex(logit => !Number.isFinite(logit));
			if (position !== -1) {
				throw new RunFailedError(
					`logits: expected finite numbers, got ${logits[position]} for image ${images + Math.floor(position / classes)}`,
					'look at the images that were scored: a generator that has diverged gives NaN',
				);
			}
			for (let start = 0; start < logits.length; start += classes) {
				addRow(logits.subarray(start, start + classes));
				images += 1;
				const split = values.length;
				if (images === bound(split + 1)) closeSplit(images - bound(split));
			}
		},
		scores() {
			if (images !== count) throw new RangeError(`logits: expected ${count} rows, got ${images}`);
			return { mean: values.reduce((sum, value) => sum + value, 0) / splits, values };
		},
	};
}

/**
 * The score of logits that are in memory.
 *
 * @param logits float32, n · classes values, image by image
 * @throws UsageError for no image, a length that is no multiple of `classes`, or more splits than images
 * @throws RunFailedError for NaN or infinity, naming the image
 */
export function inceptionScore(logits: Float32Array, options: InceptionScoreOptions): InceptionScores {
	const { classes } = options;
	if (!Number.isInteger(classes) || classes < 1 || logits.length % classes !== 0) {
		throw new UsageError(`logits: expected a multiple of ${classes} classes, got ${logits.length} values`);
	}
	const accumulator = createInceptionScoreAccumulator({ ...options, count: logits.length / classes });
	accumulator.add(logits);
	return accumulator.scores();
}
