import { createHash } from 'node:crypto';
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { canonicalJson } from '../../harness/canonical-json.ts';
import { UsageError } from '../../harness/errors.ts';
import { writeNetworkFolder } from '../../harness/tensor/network-folder.ts';
import type { StoredTensor } from '../../harness/tensor/safetensors.ts';
import { tf } from '../../harness/tensor/tensorflow.ts';
import { rotateImages } from '../losses/rotate-images.ts';
import { type ResNetV2Config, resNetV2Config } from '../networks/resnet-v2/config.ts';
import { classHead, extractFeatures, rotationHead } from '../networks/resnet-v2/forward.ts';
import { disposeResNetV2State, type ResNetV2State, storeResNetV2State } from '../networks/resnet-v2/state.ts';
import { featureSize } from '../networks/resnet-v2/units.ts';
import type { PretrainingOptions } from './options.ts';
import { extractorFormat } from './storage-format.ts';
import { inferenceView } from './views.ts';

/** Everything that decides what a feature extractor computes, apart from its weights. */
export interface ExtractorDescription {
	readonly recipeVersion: number;
	/** Digest of the data set that it was trained on. */
	readonly dataSetDigest: string;
	/** Height and width of its images in pixels. */
	readonly resolution: number;
	/** Outputs of the class head; null without one. */
	readonly classes: number | null;
	/** Digest of the indices of the labelled training images (`describeSubset`); null without labels. */
	readonly labelledDigest: string | null;
	readonly options: PretrainingOptions;
}

/** A pre-trained F with its heads, frozen. The caller disposes the tensors that it returns. */
export interface FeatureExtractor {
	readonly description: ExtractorDescription;
	readonly config: ResNetV2Config;
	/** Length of a representation. */
	readonly dimension: number;
	/** SHA-256 over description and weights, in hex. */
	readonly fingerprint: string;
	/**
	 * F(x), [n, dimension].
	 *
	 * @param images [n, resolution, resolution, 3] in [0, 1]
	 * @throws UsageError for another shape
	 */
	features(images: Tensor4D): Tensor2D;
	/** [n, classes]. Throws UsageError for another shape, or if the network was trained without labels. */
	classLogits(images: Tensor4D): Tensor2D;
	/** The same, averaged over the four rotations of each image: four times the work. */
	averageClassLogits(images: Tensor4D): Tensor2D;
	/** [n, 4]: 0°, 90°, 180°, 270°, counter-clockwise. Throws UsageError for another shape. */
	rotationLogits(images: Tensor4D): Tensor2D;
	/** Stores the network for `loadFeatureExtractor`. Throws EnvironmentError if the folder cannot be written. */
	save(folder: string): void;
	/** Frees the weights. */
	dispose(): void;
}

/** The network that a recipe asks for. */
export function networkConfig(options: PretrainingOptions, classes: number | null): ResNetV2Config {
	const { widening, unitsPerStage, root, batchSize, microBatchSize = batchSize } = options;
	// Each pass moves the moving moments: together they move them as far as one pass of the batch would.
	const batchNormMomentum = options.batchNormMomentum ** (microBatchSize / batchSize);
	return resNetV2Config({ widening, unitsPerStage, root, batchNormMomentum, classes });
}

/** SHA-256, in hex, over description and weights: equal fingerprints mean equal features of equal images. */
export function fingerprintOf(
	description: ExtractorDescription,
	weights: ReadonlyMap<string, StoredTensor>,
): string {
	const hash = createHash('sha256').update(canonicalJson(description));
	for (const [name, { shape, values }] of [...weights].sort(([a], [b]) => (a < b ? -1 : 1))) {
		hash.update(canonicalJson([name, shape]));
		hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
	}
	return hash.digest('hex');
}

/** A ready extractor; the state is its own from now on, and `dispose` frees it. */
export function createFeatureExtractor(
	description: ExtractorDescription,
	state: ResNetV2State,
): FeatureExtractor {
	const { resolution, classes, options } = description;
	const fingerprint = fingerprintOf(description, storeResNetV2State(state));

	const requireImages = ({ shape }: Tensor4D): void => {
		if (shape[1] !== resolution || shape[2] !== resolution || shape[3] !== 3) {
			throw new UsageError(
				`feature extractor: expected images [n, ${resolution}, ${resolution}, 3], got [${shape}]`,
				'give images at the resolution that it was trained at',
			);
		}
	};
	const requireClasses = (): void => {
		if (classes !== null) return;
		throw new UsageError(
			'feature extractor: it was trained on rotations only and knows no classes',
			'pre-train one with a label fraction',
		);
	};
	const features = (images: Tensor4D): Tensor2D => {
		requireImages(images);
		return tf.tidy(() => extractFeatures(state, inferenceView(images, options), 'inference'));
	};
	const classLogits = (images: Tensor4D): Tensor2D => {
		requireClasses();
		return tf.tidy(() => classHead(state, features(images)));
	};

	return {
		description,
		config: state.config,
		dimension: featureSize(state.config),
		fingerprint,
		features,
		classLogits,
		averageClassLogits: images =>
			tf.tidy(() => {
				const views = ([0, 1, 2, 3] as const).map(turns => classLogits(rotateImages(images, turns)));
				return tf.div(tf.addN(views), views.length);
			}),
		rotationLogits: images => tf.tidy(() => rotationHead(state, features(images))),
		save: folder => {
			const weights = storeResNetV2State(state);
			writeNetworkFolder(folder, extractorFormat, { description, fingerprint, weights });
		},
		dispose: () => disposeResNetV2State(state),
	};
}
