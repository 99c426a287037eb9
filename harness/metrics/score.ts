import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { ImageSplit } from '../data/data-set.ts';
import { UsageError } from '../errors.ts';
import type { Score } from '../run/records.ts';
import { summarise } from '../statistics/summarise.ts';
import type { FeatureNetwork } from './feature-network/feature-network.ts';
import { createFeatureAccumulator, type FeatureStatistics } from './feature-statistics.ts';
import { createFrechetReference, type TraceRule } from './frechet-distance.ts';
import { imageBatches } from './image-batches.ts';
import { createInceptionScoreAccumulator } from './inception-score.ts';

/** What scoring needs of a feature network. */
export type FeatureExtractor = Pick<FeatureNetwork, 'dimension' | 'classes' | 'extract'>;

/** Statistics of the features of these batches; logits go to `onLogits`, batch by batch. Disposes every batch. */
async function measure(
	network: FeatureExtractor,
	batches: Iterable<Tensor4D>,
	onLogits: (logits: Float32Array) => void = () => {},
): Promise<FeatureStatistics> {
	const accumulator = createFeatureAccumulator(network.dimension);
	try {
		for (const images of batches) {
			try {
				const { features, logits } = network.extract(images);
				try {
					accumulator.add(features);
					onLogits(logits.dataSync<'float32'>());
				} finally {
					features.dispose();
					logits.dispose();
				}
			} finally {
				images.dispose();
			}
			// A turn of the event loop: signals are heard between turns, and a run's lock is kept alive.
			await new Promise(resolve => setImmediate(resolve));
		}
		return accumulator.statistics();
	} finally {
		accumulator.dispose();
	}
}

/**
 * Feature statistics of real images, the side that every fake set is compared with.
 *
 * @param split usually the test images
 * @param resolution height and width in pixels
 * @throws UsageError if there is no image
 */
export function referenceStatistics(
	network: FeatureExtractor,
	split: ImageSplit,
	resolution: number,
): Promise<FeatureStatistics> {
	return measure(network, imageBatches(split, resolution));
}

const toScore = (values: readonly number[]): Score => {
	const { mean, populationStd } = summarise(values);
	return { mean, std: populationStd, values: [...values] };
};

/**
 * Fréchet distance and inception score of each fake set, and their mean, which is the value of a run. With the
 * features of a network other than Inception both are proxies: their sizes compare among themselves only. Memory is
 * one batch and a covariance, whatever the number of images.
 *
 * @param options.batches the images of one fake set, [n, R, R, 3] in [0, 1]; they are disposed here
 * @param options.fakesPerSet images in each fake set
 * @param options.fakeSets number of fake sets, default 5 as in the S3GAN paper
 * @param options.inceptionScoreSplits default 1
 * @param options.traceRule default `exact`
 * @throws UsageError for no fake set or one without images
 * @throws RunFailedError if an image gives features that are not finite
 */
export async function scoreSamples(options: {
	readonly network: FeatureExtractor;
	readonly reference: FeatureStatistics;
	readonly batches: (fakeSet: number) => Iterable<Tensor4D>;
	readonly fakesPerSet: number;
	readonly fakeSets?: number;
	readonly inceptionScoreSplits?: number;
	readonly traceRule?: TraceRule;
}): Promise<{ fid: Score; inceptionScore: Score }> {
	const { network, reference, batches, fakesPerSet, fakeSets = 5, traceRule } = options;
	const { inceptionScoreSplits: splits = 1 } = options;
	if (!Number.isInteger(fakeSets) || fakeSets < 1) {
		throw new UsageError(`fake sets: expected a whole number of at least 1, got ${fakeSets}`);
	}
	const distances: number[] = [];
	const inceptionScores: number[] = [];
	// The real side is factorised once.
	const frechet = createFrechetReference(reference, { traceRule });
	try {
		for (let fakeSet = 0; fakeSet < fakeSets; fakeSet++) {
			const scores = createInceptionScoreAccumulator({
				classes: network.classes,
				count: fakesPerSet,
				splits,
			});
			const statistics = await measure(network, batches(fakeSet), logits => scores.add(logits));
			distances.push(frechet.distanceTo(statistics).distance);
			inceptionScores.push(scores.scores().mean);
		}
	} finally {
		frechet.dispose();
	}
	return { fid: toScore(distances), inceptionScore: toScore(inceptionScores) };
}
