import { createHash } from 'node:crypto';
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { UsageError } from '../../errors.ts';
import { tf } from '../../tensor/tensorflow.ts';
import { foldNormalization } from './fold-normalization.ts';
import { type Convolve, runBlocks, runStem } from './forward.ts';
import { convolutionWithReLU } from './kernels.ts';
import { readInceptionLayers } from './layers.ts';
import { type InceptionWeights, requireCompleteWeights, weightsDigestOf } from './weights.ts';

/** Part of every fingerprint: raise it when the computation changes by more than rounding. */
const computationVersion = 1;

export interface ExtractOptions {
	/** Also the 64, 192 and 768 features of pytorch-fid's earlier blocks; default false. */
	readonly taps?: boolean;
}

/** What Inception says of a batch of n images. The caller disposes all of it. */
export interface InceptionOutputs {
	/** `pool_3`, [n, 2048], at least 0: the features of FID, KID, precision and recall. */
	readonly pool: Tensor2D;
	/** `softmax/logits`, [n, 1008], bias added; class 0 is background, those after 1000 are unused. */
	readonly logits: Tensor2D;
	/** `softmax/logits/MatMul`, [n, 1008]: what most programs take the Inception Score of. */
	readonly logitsWithoutBias: Tensor2D;
	/** Only if asked for: means over space of the two max pools of the stem and of `mixed_7`. */
	readonly taps?: {
		/** [n, 64] */
		readonly features64: Tensor2D;
		/** [n, 192] */
		readonly features192: Tensor2D;
		/** [n, 768] */
		readonly features768: Tensor2D;
	};
}

/** The network that FID and Inception Score are defined on, ready to use. */
export interface Inception {
	/** SHA-256 over the weights and the version of this computation: equal ones give comparable features. */
	readonly fingerprint: string;
	/** SHA-256 over the weights alone. */
	readonly weightsDigest: string;
	/** Length of a feature vector: 2048. */
	readonly dimension: number;
	/** Length of the logits: 1008. */
	readonly classes: number;
	/** Height and width of the images in pixels: 299. */
	readonly resolution: number;
	/**
	 * @param images [n, 299, 299, 3], RGB, (value - 128) / 128 of values in [0, 255]; not disposed here
	 * @throws UsageError for another shape
	 */
	extract(images: Tensor4D, options?: ExtractOptions): InceptionOutputs;
	/** Frees the weights; `extract` no longer works. */
	dispose(): void;
}

/**
 * The Inception network of 2015-12-05 (`classify_image_graph_def.pb`) with the given weights. It differs from the
 * graph in rounding only: batch normalisation is folded into the convolutions.
 *
 * @param weights all 472 tensors; not kept
 * @throws UsageError if a weight is missing, has another shape, or is not finite
 */
export function createInception(weights: InceptionWeights): Inception {
	requireCompleteWeights(weights, 'Inception weights');
	const { convs, blocks, fc, bnEps, input } = readInceptionLayers();
	const [dimension, classes] = fc.tfShape;
	const upload = ({ shape, values }: { shape: readonly number[]; values: Float32Array }): Tensor =>
		// TensorFlow may share memory with the array that it is given.
		tf.keep(tf.tensor(values.slice(), [...shape]));
	const units = new Map(
		convs.map(layer => {
			const { kernel, bias } = foldNormalization(weights, layer.tf, bnEps);
			// Folded here, so the array is ours alone.
			const filter = tf.keep(tf.tensor4d(kernel.values, kernel.shape as [number, number, number, number]));
			return [layer.tf, { layer, kernel: filter, bias: tf.keep(tf.tensor1d(bias.values)) }] as const;
		}),
	);
	const logitsKernel = upload(weights.get(fc.tfWeights)!) as Tensor2D;
	const logitsBias = upload(weights.get(fc.tfBiases)!) as Tensor1D;

	const convolve: Convolve = (map, scope) => {
		const { layer, kernel, bias } = units.get(scope)!;
		return convolutionWithReLU(map, { kernel, bias, stride: layer.stride, padding: layer.padding });
	};
	const extract = (images: Tensor4D, { taps = false }: ExtractOptions = {}): InceptionOutputs => {
		const { size } = input;
		if (images.rank !== 4 || `${images.shape.slice(1)}` !== `${[size, size, 3]}`) {
			throw new UsageError(
				`images: expected shape [n, ${size}, ${size}, 3], got [${images.shape}]`,
				'resize them as the protocol says; see harness/metrics/resize',
			);
		}
		return tf.tidy(() => {
			const overSpace = (map: Tensor): Tensor2D => tf.mean(map, [1, 2]);
			const stem = runStem(images, convolve, taps ? overSpace : undefined);
			const { map, tap } = runBlocks(stem.map, blocks, convolve, taps ? overSpace : undefined);
			const pool = overSpace(map); // [n, 2048]
			const logitsWithoutBias = tf.matMul(pool, logitsKernel) as Tensor2D;
			const logits = tf.add(logitsWithoutBias, logitsBias) as Tensor2D;
			if (!taps) return { pool, logits, logitsWithoutBias };
			const [features64, features192] = stem.taps;
			return { pool, logits, logitsWithoutBias, taps: { features64, features192, features768: tap! } };
		});
	};

	const weightsDigest = weightsDigestOf(weights);
	return {
		fingerprint: createHash('sha256')
			.update(`inception-2015-12-05 ${computationVersion} ${weightsDigest}`)
			.digest('hex'),
		weightsDigest,
		dimension,
		classes,
		resolution: input.size,
		extract,
		dispose: () => {
			for (const { kernel, bias } of units.values()) tf.dispose([kernel, bias]);
			tf.dispose([logitsKernel, logitsBias]);
		},
	};
}
