import type { Interval } from '../../statistics/t-interval.ts';
import { float64Scope } from '../../tensor/float64.ts';
import { createStream } from '../../tensor/random.ts';
import { tf } from '../../tensor/tensorflow.ts';
import {
	createInceptionScoreAccumulator,
	type InceptionScoreOptions,
	inceptionScore,
} from '../inception-score.ts';
import { poissonWeights } from './poisson-weights.ts';
import { type BootstrapOptions, recentredInterval, withDefaults } from './recentred-interval.ts';

/** Collects logits image by image; memory is a row of classes a replicate and a thousand images. */
export interface InceptionScoreBootstrap {
	/** @param logits as for `InceptionScoreAccumulator.add`, as are its errors */
	add(logits: Float32Array): void;
	/** @throws RangeError if another number of images came than was announced */
	interval(): Interval;
}

// Images whose weights and probabilities are held at a time.
const chunkImages = 1024;

/** Weighted sums of the present split, for each replicate. */
interface ReplicateSums {
	/** Replicates × classes. */
	readonly marginals: Float64Array;
	readonly negativeEntropies: Float64Array;
	readonly weights: Float64Array;
}

function addTo(into: Float64Array, values: Float64Array): void {
	for (let index = 0; index < into.length; index++) into[index] += values[index];
}

/** Adds images [images, classes] with weights [replicates, images]. */
function addImages(sums: ReplicateSums, logits: Float32Array, weights: Float32Array, images: number): void {
	const tensors = [
		tf.tensor2d(logits, [images, logits.length / images]),
		tf.tensor2d(weights, [weights.length / images, images]),
	];
	try {
		float64Scope(scope => {
			const logProbabilities = scope.logSoftmax(scope.fromTensor(tensors[0]));
			const probabilities = scope.exp(logProbabilities);
			const terms = scope.multiply(probabilities, logProbabilities);
			const ofImage = scope.sum(terms, { axes: [1], keepDims: true }); // [images, 1]
			const weight = scope.fromTensor(tensors[1]);
			addTo(sums.marginals, scope.values(scope.matMul(weight, probabilities)));
			addTo(sums.negativeEntropies, scope.values(scope.matMul(weight, ofImage)));
			addTo(sums.weights, scope.values(scope.sum(weight, { axes: [1] })));
		});
	} finally {
		tf.dispose(tensors);
	}
}

/** exp(H(mean p) - mean H(p)) of each replicate, with weighted means. */
function scoresOf({ marginals, negativeEntropies, weights }: ReplicateSums): Float64Array {
	const classes = marginals.length / weights.length;
	return weights.map((total, replicate) => {
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
 * Bootstrap interval of the inception score, streamed: the score itself, of resampled images, in one reading of
 * the logits. With several splits each is resampled within itself, and their mean taken.
 *
 * @param options as for `createInceptionScoreAccumulator`, as are the errors
 * @throws UsageError for replicates or confidence out of range
 */
export function createInceptionScoreBootstrap(
	options: InceptionScoreOptions & BootstrapOptions & { readonly count: number },
): InceptionScoreBootstrap {
	const { classes, count, splits = 1 } = options;
	const { seed, replicates, confidence } = withDefaults(options);
	const accumulator = createInceptionScoreAccumulator({ classes, count, splits });
	const streams = Array.from({ length: replicates }, (_, replicate) =>
		createStream(seed, 'bootstrap', 'inception-score', replicate),
	);
	const sums: ReplicateSums = {
		marginals: new Float64Array(replicates * classes),
		negativeEntropies: new Float64Array(replicates),
		weights: new Float64Array(replicates),
	};
	const means = new Float64Array(replicates);
	let split = 0;
	let images = 0;
	const endOfSplit = (): number => Math.floor(((split + 1) * count) / splits);

	return {
		add(logits) {
			accumulator.add(logits);
			const added = logits.length / classes;
			for (let start = 0; start < added; ) {
				const size = Math.min(chunkImages, added - start, endOfSplit() - images);
				const weights = new Float32Array(replicates * size);
				for (const [replicate, stream] of streams.entries()) {
					weights.set(poissonWeights(stream, size), replicate * size);
				}
				addImages(sums, logits.slice(start * classes, (start + size) * classes), weights, size);
				start += size;
				images += size;
				if (images < endOfSplit()) continue;
				addTo(
					means,
					scoresOf(sums).map(score => score / splits),
				);
				for (const values of Object.values(sums)) values.fill(0);
				split += 1;
			}
		},
		interval: () => recentredInterval(accumulator.scores().mean, [...means], confidence),
	};
}

/**
 * The interval of logits that are in memory.
 *
 * @param logits as for `inceptionScore`, as are its errors
 * @throws UsageError for replicates or confidence out of range
 */
export function inceptionScoreInterval(
	logits: Float32Array,
	options: InceptionScoreOptions & BootstrapOptions,
): Interval {
	const { classes } = options;
	// Refuses what has no score.
	inceptionScore(logits, options);
	const bootstrap = createInceptionScoreBootstrap({ ...options, count: logits.length / classes });
	bootstrap.add(logits);
	return bootstrap.interval();
}
