import type { Tensor1D, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-node-gpu';
import { createStream } from '../../tensor/random.ts';
import type { StoredTensor } from '../../tensor/safetensors.ts';
import { tf } from '../../tensor/tensorflow.ts';
import type { Convolution } from './architecture.ts';
import { batchNormalizationEpsilon, normalizeBatch } from './batch-normalization.ts';

// Part of the running moments that a new batch replaces.
const momentUpdate = 0.1;

/** Variables of a feature network in training. */
export interface TrainingState {
	readonly convolutions: readonly Convolution[];
	/** `<convolution>/kernel`, `/scale`, `/offset`; `logits/kernel`, `logits/bias`. */
	readonly parameters: ReadonlyMap<string, Variable>;
	/** Running `<convolution>/mean` and `/variance`. */
	readonly moments: ReadonlyMap<string, Variable>;
}

/** He-normal kernels, unit scales, zero offsets, zero classifier: each kernel from a stream of its own. */
export function createTrainingState(
	convolutions: readonly Convolution[],
	sizes: { readonly dimension: number; readonly classes: number },
	seed: number,
): TrainingState {
	const parameters = new Map<string, Variable>();
	const moments = new Map<string, Variable>();
	tf.tidy(() => {
		for (const { name, inputChannels, outputChannels } of convolutions) {
			const shape: [number, number, number, number] = [3, 3, inputChannels, outputChannels];
			const standardDeviation = Math.sqrt(2 / (9 * inputChannels));
			const normals = createStream(seed, 'feature-network', 'weights', name).normals(
				9 * inputChannels * outputChannels,
			);
			const kernel = tf.mul(tf.tensor4d(normals, shape), standardDeviation);
			parameters.set(`${name}/kernel`, tf.variable(kernel));
			parameters.set(`${name}/scale`, tf.variable(tf.ones([outputChannels])));
			parameters.set(`${name}/offset`, tf.variable(tf.zeros([outputChannels])));
			moments.set(`${name}/mean`, tf.variable(tf.zeros([outputChannels]), false));
			moments.set(`${name}/variance`, tf.variable(tf.ones([outputChannels]), false));
		}
		parameters.set('logits/kernel', tf.variable(tf.zeros([sizes.dimension, sizes.classes])));
		parameters.set('logits/bias', tf.variable(tf.zeros([sizes.classes])));
	});
	return { convolutions, parameters, moments };
}

/**
 * Logits [n, classes] of images [n, height, width, 3] in [0, 1], normalised by the batch's own moments, which
 * also move the running moments.
 */
export function trainingLogits(state: TrainingState, images: Tensor4D): Tensor2D {
	const parameter = (name: string) => state.parameters.get(name)!;
	let map = tf.sub(tf.mul(images, 2), 1) as Tensor4D;
	for (const { name, stride } of state.convolutions) {
		const convolved = tf.conv2d(map, parameter(`${name}/kernel`) as unknown as Tensor4D, stride, 'same');
		const scale = parameter(`${name}/scale`) as unknown as Tensor1D;
		const offset = parameter(`${name}/offset`) as unknown as Tensor1D;
		const { normalized, mean, variance } = normalizeBatch(convolved, scale, offset);
		for (const [kind, moment] of [
			['mean', mean],
			['variance', variance],
		] as const) {
			const running = state.moments.get(`${name}/${kind}`)!;
			tf.tidy(() => running.assign(tf.add(running, tf.mul(tf.sub(moment, running), momentUpdate))));
		}
		map = tf.relu(normalized);
	}
	const features = tf.mean(map, [1, 2]) as Tensor2D; // [n, dimension]
	const product = tf.matMul(features, parameter('logits/kernel') as unknown as Tensor2D);
	return tf.add(product, parameter('logits/bias'));
}

/** The weights for inference: each batch normalisation by its running moments becomes part of its convolution. */
export function foldWeights(state: TrainingState): Map<string, StoredTensor> {
	const folded = new Map<string, StoredTensor>();
	const read = (name: string): Float32Array =>
		(state.parameters.get(name) ?? state.moments.get(name))!.dataSync() as Float32Array;
	for (const { name, inputChannels, outputChannels } of state.convolutions) {
		const [mean, variance] = [read(`${name}/mean`), read(`${name}/variance`)];
		const [scale, offset] = [read(`${name}/scale`), read(`${name}/offset`)];
		const factor = Float64Array.from(
			scale,
			(value, channel) => value / Math.sqrt(variance[channel] + batchNormalizationEpsilon),
		);
		folded.set(`${name}/kernel`, {
			shape: [3, 3, inputChannels, outputChannels],
			values: read(`${name}/kernel`).map((value, index) => value * factor[index % outputChannels]),
		});
		folded.set(`${name}/bias`, {
			shape: [outputChannels],
			values: offset.map((value, channel) => value - mean[channel] * factor[channel]),
		});
	}
	for (const name of ['logits/kernel', 'logits/bias']) {
		folded.set(name, { shape: state.parameters.get(name)!.shape, values: read(name) });
	}
	return folded;
}

export function disposeTrainingState(state: TrainingState): void {
	tf.dispose([...state.parameters.values(), ...state.moments.values()]);
}
