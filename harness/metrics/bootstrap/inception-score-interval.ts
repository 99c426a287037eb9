import type { Interval } from '../../statistics/t-interval.ts';
import { float64Scope } from '../../tensor/float64.ts';
import { createStream } from '../../tensor/random.ts';
import { tf } from '../../tensor/tensorflow.ts';
import { type InceptionScoreOptions, inceptionScore } from '../inception-score.ts';
import { poissonWeights } from './poisson-weights.ts';
import { type BootstrapOptions, recentredInterval, withDefaults } from './recentred-interval.ts';

// Images whose weights and probabilities are held at a time.
const chunkImages = 1024;

/** Scores of all replicates of the images start … end - 1: exp(H(mean p) - mean H(p)) with weighted means. */
function replicateScores(
	logits: Float32Array,
	classes: number,
	[start, end]: readonly [number, number],
	streams: ReadonlyArray<ReturnType<typeof createStream>>,
): Float64Array {
	const replicates = streams.length;
	const marginals = new Float64Array(replicates * classes);
	const negativeEntropies = new Float64Array(replicates);
	const totals = new Float64Array(replicates);
	for (let first = start; first < end; first += chunkImages) {
		const images = Math.min(chunkImages, end - first);
		const weights = new Float32Array(replicates * images);
		for (const [replicate, stream] of streams.entries()) {
			weights.set(poissonWeights(stream, images), replicate * images);
		}
		const tensors = [
			tf.tensor2d(logits.slice(first * classes, (first + images) * classes), [images, classes]),
			tf.tensor2d(weights, [replicates, images]),
		];
		float64Scope(scope => {
			const logProbabilities = scope.logSoftmax(scope.fromTensor(tensors[0])); // [images, classes]
			const probabilities = scope.exp(logProbabilities);
			const terms = scope.multiply(probabilities, logProbabilities);
			const ofImage = scope.sum(terms, { axes: [1], keepDims: true }); // [images, 1]
			const weight = scope.fromTensor(tensors[1]); // [replicates, images]
			const add = (into: Float64Array, values: Float64Array) =>
				values.forEach((value, index) => {
					into[index] += value;
				});
			add(marginals, scope.values(scope.matMul(weight, probabilities)));
			add(negativeEntropies, scope.values(scope.matMul(weight, ofImage)));
			add(totals, scope.values(scope.sum(weight, { axes: [1] })));
		});
		tf.dispose(tensors);
	}
	return totals.map((total, replicate) => {
		// A few images may all be left out: no image has the least score.
		if (total === 0) return 1;
		let entropy = 0;
		for (const sum of marginals.subarray(replicate * classes, (replicate + 1) * classes)) {
			if (sum > 0) entropy -= (sum / total) * Math.log(sum / total);
		}
		return Math.exp(entropy + negativeEntropies[replicate] / total);
	});
}

/**
 * Bootstrap interval of the inception score: the score itself, of resampled images, in one reading of the logits.
 * With several splits each is resampled within itself, and their mean taken.
 *
 * @param logits as for `inceptionScore`, as are its errors
 * @throws UsageError for options out of range
 */
export function inceptionScoreInterval(
	logits: Float32Array,
	options: InceptionScoreOptions & BootstrapOptions,
): Interval {
	const { classes, splits = 1 } = options;
	const { seed, replicates, confidence } = withDefaults(options);
	const { mean } = inceptionScore(logits, { classes, splits });
	const count = logits.length / classes;
	const streams = Array.from({ length: replicates }, (_, replicate) =>
		createStream(seed, 'bootstrap', 'inception-score', replicate),
	);
	const sums = new Float64Array(replicates);
	for (let split = 0; split < splits; split++) {
		const range = [Math.floor((split * count) / splits), Math.floor(((split + 1) * count) / splits)] as const;
		replicateScores(logits, classes, range, streams).forEach((score, replicate) => {
			sums[replicate] += score / splits;
		});
	}
	return recentredInterval(mean, [...sums], confidence);
}
