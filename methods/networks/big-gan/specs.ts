import type { Initializer, ParameterSpec } from '../parameters.ts';
import { attentionHeadChannels, attentionValueChannels } from './blocks.ts';

/** A convolution's kernel [size, size, input, output] and bias [output], the kernel spectrally normalised. */
export function convolutionSpecs(
	scope: string,
	options: {
		/** Height and width of the kernel, in pixels. */
		readonly size: 1 | 3;
		readonly inputs: number;
		readonly outputs: number;
		readonly initializer: Initializer;
		/** Default true. */
		readonly bias?: boolean;
	},
): ParameterSpec[] {
	const { size, inputs, outputs, initializer, bias = true } = options;
	const shape = [size, size, inputs, outputs];
	const kernel: ParameterSpec = { name: `${scope}/kernel`, shape, initializer, spectralNorm: true };
	return bias ? [kernel, zerosSpec(`${scope}/bias`, [outputs])] : [kernel];
}

/** A dense layer's kernel [input, output] and bias [output]. */
export function linearSpecs(
	scope: string,
	options: {
		readonly inputs: number;
		readonly outputs: number;
		readonly initializer: Initializer;
		/** Default true. */
		readonly bias?: boolean;
		/** Default true. */
		readonly spectralNorm?: boolean;
	},
): ParameterSpec[] {
	const { inputs, outputs, initializer, bias = true, spectralNorm = true } = options;
	const kernel: ParameterSpec = {
		name: `${scope}/kernel`,
		shape: [inputs, outputs],
		initializer,
		spectralNorm,
	};
	return bias ? [kernel, zerosSpec(`${scope}/bias`, [outputs])] : [kernel];
}

/** A non-local block on `channels` channels: four 1×1 convolutions without bias and the scalar gate. */
export function nonLocalBlockSpecs(
	scope: string,
	channels: number,
	initializer: Initializer,
): ParameterSpec[] {
	const values = attentionValueChannels(channels);
	const project = (name: string, inputs: number, outputs: number): ParameterSpec[] =>
		convolutionSpecs(`${scope}/${name}`, { size: 1, inputs, outputs, initializer, bias: false });
	return [
		...project('conv2d_theta', channels, attentionHeadChannels(channels)),
		...project('conv2d_phi', channels, attentionHeadChannels(channels)),
		...project('conv2d_g', channels, values),
		zerosSpec(`${scope}/sigma`, []),
		...project('conv2d_attn_g', values, channels),
	];
}

/** A tensor that starts at zero and is never spectrally normalised. */
export function zerosSpec(name: string, shape: readonly number[]): ParameterSpec {
	return { name, shape, initializer: 'zeros', spectralNorm: false };
}
