import type { NetworkDescription, ParameterSpec } from '../parameters.ts';
import { type Block, discriminatorBlocks, featureChannels } from './blocks.ts';
import type { BigGanConfig } from './config.ts';
import { convolutionSpecs, linearSpecs, nonLocalBlockSpecs } from './specs.ts';

/** Scopes of S3GAN's additional heads, https://github.com/google/compare_gan/blob/master/compare_gan/gans/s3gan.py */
export const rotationHeadName = 'discriminator_rotation/score_classify';
export const classHeadName = 'discriminator_predictor/predictor_linear';

/** Rotations that the rotation head tells apart: 0, 90, 180 and 270 degrees. */
export const rotationCount = 4;

/**
 * Trainable tensors of the discriminator, with the names and in the order of the paper's Table 10, then those of
 * the configured heads (rotation, class), which the table does not count. At 128×128 with the paper's sizes and
 * no heads: 42 tensors, 87,982,370 elements. Allocates nothing.
 */
export function describeDiscriminator(config: BigGanConfig): NetworkDescription {
	const { initializer, classes } = config;
	const inputs = featureChannels(config);
	return {
		name: 'discriminator',
		parameters: [
			...discriminatorBlocks(config).flatMap(block => [
				...blockSpecs(block, initializer),
				...(block.attention
					? nonLocalBlockSpecs('discriminator/non_local_block', block.outputChannels, initializer)
					: []),
			]),
			...linearSpecs('discriminator/final_fc', { inputs, outputs: 1, initializer }),
			...(config.projection ? [projectionSpec(config, inputs)] : []),
			...(config.rotationHead
				? linearSpecs(rotationHeadName, { inputs, outputs: rotationCount, initializer })
				: []),
			...(config.classHead ? linearSpecs(classHeadName, { inputs, outputs: classes, initializer }) : []),
		],
	};
}

/** Whether a block adds its input through a 1×1 convolution: only where the width changes. */
export const hasLearnedShortcut = (block: Block): boolean => block.inputChannels !== block.outputChannels;

function blockSpecs(block: Block, initializer: BigGanConfig['initializer']): ParameterSpec[] {
	const { inputChannels: inputs, outputChannels: outputs } = block;
	const scope = `discriminator/${block.name}`;
	// The authors name a convolution after the resampling that belongs to it.
	const resample = block.resample === 'down' ? 'down' : 'same';
	return [
		...convolutionSpecs(`${scope}/same_conv1`, { size: 3, inputs, outputs, initializer }),
		...convolutionSpecs(`${scope}/${resample}_conv2`, { size: 3, inputs: outputs, outputs, initializer }),
		...(hasLearnedShortcut(block)
			? convolutionSpecs(`${scope}/${resample}_conv_shortcut`, { size: 1, inputs, outputs, initializer })
			: []),
	];
}

function projectionSpec(config: BigGanConfig, features: number): ParameterSpec {
	return {
		name: `${config.projectionName}/kernel`,
		shape: [config.classes, features],
		// Whatever the global initializer is: compare_gan/gans/s3gan.py asks for this one by name.
		initializer: 'glorot-normal',
		spectralNorm: true,
	};
}
