import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { UsageError } from '../../errors.ts';
import { writeNetworkFolder } from '../../tensor/network-folder.ts';
import { tf } from '../../tensor/tensorflow.ts';
import { describeConvolutions } from './architecture.ts';
import { featureNetworkFormat } from './storage-format.ts';
import { type FeatureNetworkDescription, type FeatureNetworkWeights, fingerprintOf } from './weights.ts';

/** A trained classifier whose pooled features and logits stand in for Inception's in proxy scores. */
export interface FeatureNetwork {
	readonly description: FeatureNetworkDescription;
	readonly weights: FeatureNetworkWeights;
	/** Length of a feature vector. */
	readonly dimension: number;
	/** Number of classes, the length of the logits. */
	readonly classes: number;
	/** Height and width of its images in pixels. */
	readonly resolution: number;
	/** SHA-256 over description and weights. */
	readonly fingerprint: string;
	/** Part of the test images that it names rightly, in [0, 1]. */
	readonly testAccuracy: number;
	/**
	 * @param images [n, resolution, resolution, 3] in [0, 1]; not rounded to 8 bits, not disposed here
	 * @returns features [n, dimension], at least 0, and logits [n, classes]; the caller disposes both
	 * @throws UsageError for another image shape
	 */
	extract(images: Tensor4D): { features: Tensor2D; logits: Tensor2D };
	/** Stores the network for `loadFeatureNetwork`. Throws EnvironmentError if the folder cannot be written. */
	save(folder: string): void;
	/** Frees the weights; `extract` no longer works. */
	dispose(): void;
}

/** The weight names and shapes of a network, in order of use. */
export function weightShapes(
	description: Pick<FeatureNetworkDescription, 'options' | 'resolution' | 'classes'>,
): ReadonlyMap<string, readonly number[]> {
	const { options, resolution, classes } = description;
	const shapes = new Map<string, readonly number[]>();
	for (const { name, inputChannels, outputChannels } of describeConvolutions(options, resolution)) {
		shapes.set(`${name}/kernel`, [3, 3, inputChannels, outputChannels]);
		shapes.set(`${name}/bias`, [outputChannels]);
	}
	shapes.set('logits/kernel', [options.dimension, classes]);
	shapes.set('logits/bias', [classes]);
	return shapes;
}

/**
 * A network that is ready to use.
 *
 * @throws UsageError if a weight is missing or has another shape than the description asks for
 */
export function createFeatureNetwork(
	description: FeatureNetworkDescription,
	weights: FeatureNetworkWeights,
): FeatureNetwork {
	const { resolution, classes, options } = description;
	for (const [name, shape] of weightShapes(description)) {
		const found = weights.get(name);
		if (`${found?.shape}` !== `${shape}`) {
			throw new UsageError(
				`feature network: expected ${name} of shape [${shape}], got ${found ? `[${found.shape}]` : 'none'}`,
				'the stored network is damaged: delete its folder, it will be trained again',
			);
		}
	}
	const convolutions = describeConvolutions(options, resolution);
	const tensors = new Map<string, Tensor>();
	for (const [name, { shape, values }] of weights) {
		// TensorFlow may share memory with the array that it is given.
		tensors.set(name, tf.tensor(values.slice(), [...shape]));
	}
	const weight = <Kind extends Tensor>(name: string): Kind => tensors.get(name)! as Kind;

	const extract = (images: Tensor4D) => {
		if (`${images.shape.slice(1)}` !== `${[resolution, resolution, 3]}`) {
			throw new UsageError(
				`images: expected shape [n, ${resolution}, ${resolution}, 3], got [${images.shape}]`,
			);
		}
		return tf.tidy(() => {
			let map = tf.sub(tf.mul(images, 2), 1) as Tensor4D;
			for (const { name, stride } of convolutions) {
				map = tf.fused.conv2d({
					x: map,
					filter: weight<Tensor4D>(`${name}/kernel`),
					strides: stride,
					pad: 'same',
					bias: weight<Tensor1D>(`${name}/bias`),
					activation: 'relu',
				});
			}
			const features = tf.mean(map, [1, 2]) as Tensor2D; // [n, dimension]
			const logits = tf.add(tf.matMul(features, weight<Tensor2D>('logits/kernel')), weight('logits/bias'));
			return { features, logits: logits as Tensor2D };
		});
	};

	const fingerprint = fingerprintOf(description, weights);
	return {
		description,
		weights,
		dimension: options.dimension,
		classes,
		resolution,
		fingerprint,
		testAccuracy: description.testAccuracy,
		extract,
		save: folder => writeNetworkFolder(folder, featureNetworkFormat, { description, weights, fingerprint }),
		dispose: () => tf.dispose([...tensors.values()]),
	};
}
