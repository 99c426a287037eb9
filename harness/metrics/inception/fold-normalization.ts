import type { FloatTensor, InceptionWeights } from './weights.ts';

/** A convolution with its batch normalisation inside: relu(conv(x, kernel) + bias). */
export interface FoldedConvolution {
	/** [height, width, in, out] */
	readonly kernel: FloatTensor;
	/** [out] */
	readonly bias: FloatTensor;
}

/**
 * Folds batch normalisation into its convolution: kernel · γ/√(variance + ε), bias β - mean · γ/√(variance + ε).
 * Computed in float64 and rounded once to float32, so each weight is within half a unit in the last place of the
 * exact one; the original rounds after the convolution and at each step of the normalisation instead.
 *
 * @param scope of the convolution in the TensorFlow graph
 * @param epsilon added to the variance
 */
export function foldNormalization(
	weights: InceptionWeights,
	scope: string,
	epsilon: number,
): FoldedConvolution {
	const tensor = (name: string): FloatTensor => weights.get(`${scope}/${name}`)!;
	const { shape, values } = tensor('conv2d_params');
	const { values: beta } = tensor('batchnorm/beta');
	const { values: gamma } = tensor('batchnorm/gamma');
	const { values: mean } = tensor('batchnorm/moving_mean');
	const { values: variance } = tensor('batchnorm/moving_variance');
	const channels = beta.length;
	const scale = new Float64Array(channels);
	const bias = new Float32Array(channels);
	for (let channel = 0; channel < channels; channel++) {
		scale[channel] = gamma[channel] / Math.sqrt(variance[channel] + epsilon);
		bias[channel] = beta[channel] - mean[channel] * scale[channel];
	}
	const kernel = new Float32Array(values.length);
	for (let index = 0; index < values.length; index += channels) {
		for (let channel = 0; channel < channels; channel++) {
			kernel[index + channel] = values[index + channel] * scale[channel];
		}
	}
	return { kernel: { shape, values: kernel }, bias: { shape: [channels], values: bias } };
}
