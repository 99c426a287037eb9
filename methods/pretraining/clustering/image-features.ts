import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { ImageSplit } from '../../../harness/data/data-set.ts';
import { memorySplit } from '../../../harness/data/memory-split.ts';
import { imageBatches } from '../../../harness/metrics/image-batches.ts';
import { openForwardPass } from '../forward-pass.ts';
import { type FeatureRows, featureRowsFromArray } from './feature-rows.ts';

/** What clustering needs of a feature extractor. */
export interface ImageFeatureExtractor {
	/** Length d of a feature vector. */
	readonly dimension: number;
	/**
	 * Features [n, d] of images [n, resolution, resolution, 3] in [0, 1], computed by operations on tensors, since
	 * they may be compiled. The caller disposes them.
	 */
	features(images: Tensor4D): Tensor2D;
}

/** Features that come out of a network when they are read, or did before. */
export interface ImageFeatures extends FeatureRows {
	/** Frees the graph that computes them; the extractor stays. Call it when nothing is read any more. */
	dispose(): void;
}

export interface ImageFeaturesOptions {
	/** Height and width of the images in pixels. */
	readonly resolution: number;
	/** Images at once. Default 256. */
	readonly batchSize?: number;
	/**
	 * Features are computed once and kept if they fit into this many MiB, else whenever they are read. Default
	 * 2048.
	 */
	readonly memoryMebibytes?: number;
	/** Told of the part of the images whose features are kept, in (0, 1]. */
	readonly onProgress?: (fraction: number) => void;
}

/** The images with these numbers, as a split of their own. */
const pickImages = (split: ImageSplit, indices: Uint32Array): ImageSplit =>
	memorySplit(
		split.read(indices),
		Int32Array.from(indices, index => split.labels[index]),
	);

/**
 * The features of the images of a split, for `clusterFeatures`. The labels are not read.
 *
 * Where they do not fit into memory, clustering computes those of the start, of each mini-batch and at last
 * of all images: with the default options one to two times as many images as the split has.
 *
 * Many images go through the network as a compiled graph, see `openForwardPass`.
 */
export function imageFeatures(
	extractor: ImageFeatureExtractor,
	split: ImageSplit,
	options: ImageFeaturesOptions,
): ImageFeatures {
	const { resolution, batchSize = 256, memoryMebibytes = 2048, onProgress = () => {} } = options;
	const { dimension } = extractor;
	const forward = openForwardPass(images => extractor.features(images), { images: split.count, batchSize });

	function* extract(images: ImageSplit): Generator<Tensor2D> {
		for (const batch of imageBatches(images, resolution, batchSize)) {
			try {
				yield forward(batch);
			} finally {
				batch.dispose();
			}
		}
	}

	const extractAll = (images: ImageSplit, report: (fraction: number) => void): Float32Array => {
		const values = new Float32Array(images.count * dimension);
		let rows = 0;
		for (const features of extract(images)) {
			values.set(features.dataSync<'float32'>(), rows * dimension);
			rows += features.shape[0];
			features.dispose();
			report(rows / images.count);
		}
		return values;
	};

	if (split.count * dimension * 4 <= memoryMebibytes * 2 ** 20) {
		try {
			return { ...featureRowsFromArray(extractAll(split, onProgress), dimension), dispose: () => {} };
		} finally {
			forward.dispose();
		}
	}
	return {
		count: split.count,
		dimension,
		batches: () => extract(split),
		rows: indices => extractAll(pickImages(split, indices), () => {}),
		dispose: forward.dispose,
	};
}
