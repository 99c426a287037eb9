import type { Scalar, Tensor, Tensor2D, Tensor3D, Tensor4D, Variable } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../harness/tensor/tensorflow.ts';
import { appendRotations } from '../losses/rotate-images.ts';
import { rotationAccuracy } from '../losses/rotation.ts';
import { classHead, extractFeatures, rotationHead } from '../networks/resnet-v2/forward.ts';
import type { ResNetV2State } from '../networks/resnet-v2/state.ts';
import { type JointWeights, jointLoss } from './losses.ts';
import { applyMomentum } from './momentum.ts';

/** What an update changes. */
export interface PretrainingState {
	readonly network: ResNetV2State;
	/** Of SGD with momentum, by parameter name. */
	readonly velocities: ReadonlyMap<string, Variable>;
}

export interface UpdateSettings {
	readonly weights: JointWeights;
	readonly momentum: number;
	readonly weightDecay: number;
}

/** Everything random about an update has been drawn. */
export interface PretrainingInputs {
	/** [n, R, R, 3] in [0, 1], upright, moved as the augmentation says; the m labelled images first. */
	readonly images: Tensor4D;
	/** One-hot labels of the first m images, [m, classes]. [0, 0] without labels. */
	readonly labels: Tensor2D;
	readonly learningRate: Scalar;
}

/** Numbers of an update: the loss without weight decay, its terms before their weights, the share of right rotations. */
export interface PretrainingLosses {
	readonly total: Scalar;
	readonly rotation: Scalar;
	readonly class: Scalar;
	readonly rotationAccuracy: Scalar;
}

/**
 * One update of F and its heads by Eq. 2, or Eq. 1 if there are no labels, in place. Every image is seen in its
 * four rotations, and all views pass the network together, so that they share the moments of the batch norms. No
 * value is read, so the update can be compiled.
 */
export function pretrainingUpdate(
	{ network, velocities }: PretrainingState,
	{ images, labels, learningRate }: PretrainingInputs,
	settings: UpdateSettings,
): PretrainingLosses {
	return tf.tidy(() => {
		const { gradients, losses } = differentiate(network, { images, labels }, settings.weights);
		applyMomentum(network.network.parameters, velocities, gradients, settings, learningRate);
		return { ...losses };
	});
}

/** Sums of gradients by parameter name, all zero between two updates; not trainable. */
export type GradientSums = ReadonlyMap<string, Variable>;

/** Images and labels of one of the equal parts of a batch, labelled images first. */
export type PassInputs = Pick<PretrainingInputs, 'images' | 'labels'>;

/**
 * The gradients of a part of the batch, added to the sums. Its views share moments with each other alone.
 *
 * @param share part of the whole batch that it is, in (0, 1]
 * @returns losses of the part
 */
export function accumulatePass(
	{ network }: PretrainingState,
	sums: GradientSums,
	share: number,
	inputs: PassInputs,
	settings: UpdateSettings,
): PretrainingLosses {
	return tf.tidy(() => {
		const { gradients, losses } = differentiate(network, inputs, settings.weights);
		for (const [name, gradient] of gradients) {
			const sum = sums.get(name)!;
			sum.assign(tf.add(sum, tf.mul(gradient, share)));
		}
		return { ...losses };
	});
}

/** The update by the gradients that have been summed; sets the sums back to zero. */
export function applySums(
	{ network, velocities }: PretrainingState,
	sums: GradientSums,
	learningRate: Scalar,
	settings: UpdateSettings,
): void {
	applyMomentum(network.network.parameters, velocities, sums, settings, learningRate);
	tf.tidy(() => {
		for (const sum of sums.values()) sum.assign(tf.zerosLike(sum));
	});
}

/** Losses of images and their gradients by parameter name; call it in a `tf.tidy`. */
function differentiate(
	network: ResNetV2State,
	{ images, labels }: PassInputs,
	weights: JointWeights,
): { gradients: ReadonlyMap<string, Tensor>; losses: PretrainingLosses } {
	const { parameters } = network.network;
	const views = appendRotations(images, images.shape[0]); // [4·n, R, R, 3]
	let logged: Readonly<Record<keyof Omit<PretrainingLosses, 'total'>, Scalar>> | undefined;
	const names = new Map([...parameters].map(([name, variable]) => [variable.name, name]));
	const { value: total, grads } = tf.variableGrads(() => {
		const features = extractFeatures(network, views, 'training');
		const rotations = rotationHead(network, features);
		const classes =
			labels.shape[0] === 0
				? (tf.zeros([0, 0]) as Tensor2D)
				: classHead(network, featuresOfFirst(labels.shape[0], features));
		const loss = jointLoss({ rotations, classes }, labels, weights);
		// The scope that variableGrads closes would dispose them; the clones are freed by the caller's.
		const survive = (scalar: Scalar): Scalar => tf.keep(tf.clone(scalar));
		logged = {
			rotation: survive(loss.rotation),
			class: survive(loss.class),
			rotationAccuracy: survive(rotationAccuracy(rotations)),
		};
		return loss.total;
	}, [...parameters.values()]);
	const release = (scalar: Scalar): Scalar => {
		const clone = tf.clone(scalar);
		scalar.dispose();
		return clone;
	};
	return {
		gradients: new Map(Object.entries(grads).map(([key, gradient]) => [names.get(key)!, gradient])),
		losses: {
			total,
			rotation: release(logged!.rotation),
			class: release(logged!.class),
			rotationAccuracy: release(logged!.rotationAccuracy),
		},
	};
}

/** Rows of the first m images in each of the four rotations: [4·n, features] to [4·m, features]. */
function featuresOfFirst(count: number, features: Tensor2D): Tensor2D {
	const [rows, size] = features.shape;
	const byRotation: Tensor3D = tf.reshape(features, [4, rows / 4, size]);
	return tf.reshape(tf.slice(byRotation, [0, 0, 0], [4, count, size]), [4 * count, size]);
}
