import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { backendName } from '../../run/manifest.ts';
import { tf } from '../../tensor/tensorflow.ts';
import type { FeatureCache, FeatureKey } from '../cache/feature-cache.ts';
import type { FeatureStatistics } from '../feature-statistics.ts';
import { usesTf32 } from '../score/tensor-float-32.ts';
import { statisticsOfSet } from '../set-statistics.ts';
import type { Evaluator, ReferenceFeatures } from './evaluator.ts';

/** Images of which there are so many, as often as they are asked for; whoever reads a batch disposes it. */
export interface CountedBatches {
	readonly count: number;
	/** [n, R, R, 3] in [0, 1] */
	batches(): Iterable<Tensor4D>;
	/** Work that has to be done before the first batch. */
	prepare?(signal?: AbortSignal): Promise<void>;
}

/** A network whose features can be kept: everything that decides them, besides the images. */
export type CacheableExtractor = Pick<
	Evaluator,
	'fingerprint' | 'dimension' | 'classes' | 'preprocessing' | 'logitsBias' | 'extract'
>;

type Extractor = Pick<Evaluator, 'extract' | 'dimension' | 'classes'>;

/** Features and logits of one batch, which is disposed; the features when `use` returns. */
function consume<Result>(
	extractor: Extractor,
	batch: Tensor4D,
	use: (features: Tensor2D, logits: Tensor2D) => Result,
): Result {
	try {
		const { features, logits } = extractor.extract(batch);
		try {
			return use(features, logits);
		} finally {
			tf.dispose([features, logits]);
		}
	} finally {
		batch.dispose();
	}
}

/** Features that are computed anew for each reading: cheap networks need no disk. */
export function streamedFeatures(extractor: Extractor, images: CountedBatches): ReferenceFeatures {
	let statistics: FeatureStatistics | undefined;
	const set = {
		count: images.count,
		dimension: extractor.dimension,
		*batches() {
			for (const batch of images.batches()) {
				yield consume(extractor, batch, features => features.clone());
			}
		},
	};
	return {
		count: images.count,
		features: set,
		statistics() {
			statistics ??= statisticsOfSet(set);
			return statistics;
		},
		*logits() {
			for (const batch of images.batches()) {
				yield consume(extractor, batch, (_, logits) => logits.dataSync<'float32'>().slice());
			}
		},
	};
}

export interface CachedFeaturesOptions {
	/** Digest of the images and their order. */
	readonly content: string;
	readonly cache: FeatureCache;
	/** Told how many images are done. */
	readonly onProgress?: (phase: string, done: number, total: number) => void;
	readonly signal?: AbortSignal;
}

/**
 * Features of images from the cache, or extracted into it. The statistics are those that `createFeatureAccumulator`
 * gives for the same batches, to the last bit.
 *
 * @throws RunFailedError for features that are not finite
 * @throws EnvironmentError if the cache cannot be written
 */
export async function cachedFeatures(
	evaluator: CacheableExtractor,
	images: CountedBatches,
	{ content, cache, onProgress, signal }: CachedFeaturesOptions,
): Promise<ReferenceFeatures> {
	const key: FeatureKey = {
		content,
		preprocessing: evaluator.preprocessing,
		extractorFingerprint: evaluator.fingerprint,
		logitsBias: evaluator.logitsBias,
		backend: usesTf32() ? `${backendName()}, TF32` : backendName(),
	};
	const found = cache.find(key);
	if (found) return found;
	const writer = cache.write(key, evaluator.dimension, evaluator.classes);
	try {
		let done = 0;
		const total = images.count;
		await images.prepare?.(signal);
		// One batch a turn of the event loop: signals are only heard between turns.
		const iterator = images.batches()[Symbol.iterator]();
		try {
			for (let next = iterator.next(); !next.done; next = iterator.next()) {
				signal?.throwIfAborted();
				const batch = next.value;
				done += batch.shape[0];
				consume(evaluator, batch, (features, logits) => writer.add(features, logits));
				onProgress?.('features', done, total);
				await new Promise(resolve => setImmediate(resolve));
			}
		} finally {
			iterator.return?.();
		}
		return writer.finish();
	} finally {
		writer.abandon();
	}
}
