import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { backendName } from '../../run/manifest.ts';
import { tf } from '../../tensor/tensorflow.ts';
import type { FeatureCache, FeatureKey } from '../cache/feature-cache.ts';
import type { FeatureEntry } from '../cache/feature-entry.ts';
import type { Preset } from '../protocols/preset.ts';
import { preprocessingOf } from '../protocols/score-protocol.ts';
import type { PictureSource } from '../sources/source.ts';
import type { ScoreExtractor } from './extractor.ts';
import { prepareStack } from './prepare-stack.ts';
import { usesTf32 } from './tensor-float-32.ts';

export interface ExtractOptions {
	readonly preset: Preset;
	readonly extractor: ScoreExtractor;
	readonly cache: FeatureCache;
	/** Images that go through the network at once, default 64. */
	readonly batchSize?: number;
	/** Told what is going on and how much of it is done. */
	readonly onProgress?: (phase: string, done: number, total: number) => void;
	readonly signal?: AbortSignal;
}

export interface ExtractedFeatures {
	readonly entry: FeatureEntry;
	/** Digest of the images. */
	readonly content: string;
	/** Whether the cache had them. */
	readonly cached: boolean;
}

/** Batches of the network's size, whatever the stacks of the source: images of many sizes come one by one. */
function* prepared(
	source: PictureSource,
	preset: Preset,
	size: number,
	batchSize: number,
): Generator<Tensor4D> {
	let waiting: Tensor4D[] = [];
	let images = 0;
	const flush = (): Tensor4D => {
		const batch = waiting.length === 1 ? waiting[0] : tf.concat(waiting, 0);
		if (waiting.length > 1) tf.dispose(waiting);
		waiting = [];
		images = 0;
		return batch;
	};
	try {
		for (const stack of source.stacks({ jpegDecoding: preset.jpegDecoding.value, batchSize })) {
			// Before the next tensor is made: a reader that stops here leaves nothing behind.
			if (images > 0 && images + stack.count > batchSize) yield flush();
			waiting.push(prepareStack(stack, preset, size));
			images += stack.count;
		}
		if (images > 0) yield flush();
	} finally {
		tf.dispose(waiting);
	}
}

/**
 * Features, logits and statistics of a source under a protocol, from the cache if they are there. Images are
 * streamed: memory is one batch and the covariance, whatever their number.
 *
 * @throws UsageError for images that cannot be read, or fewer than two
 * @throws RunFailedError for features that are not finite
 * @throws EnvironmentError if the cache cannot be written
 */
export async function extractFeatures(
	source: PictureSource,
	options: ExtractOptions,
): Promise<ExtractedFeatures> {
	const { preset, extractor, cache, batchSize = 64, onProgress, signal } = options;
	const content = await source.digest((done, total) => onProgress?.('reading', done, total), signal);
	const key: FeatureKey = {
		content,
		preprocessing: { ...preprocessingOf(preset), resolution: extractor.resolution },
		extractorFingerprint: extractor.fingerprint,
		logitsBias: extractor.logitsBias,
		backend: usesTf32() ? `${backendName()}, TF32` : backendName(),
	};
	const found = cache.find(key);
	if (found) return { entry: found, content, cached: true };
	const writer = cache.write(key, extractor.dimension, extractor.classes);
	try {
		await source.prepare?.(signal);
		let done = 0;
		onProgress?.('features', 0, source.count);
		for (const images of prepared(source, preset, extractor.resolution, batchSize)) {
			try {
				signal?.throwIfAborted();
				const { features, logits } = extractor.extract(images);
				try {
					writer.add(features, logits);
				} finally {
					tf.dispose([features, logits]);
				}
				done += images.shape[0];
			} finally {
				images.dispose();
			}
			onProgress?.('features', done, source.count);
			// Signals are only heard between turns of the event loop.
			await new Promise(resolve => setImmediate(resolve));
		}
		return { entry: writer.finish(), content, cached: false };
	} finally {
		writer.abandon();
	}
}
