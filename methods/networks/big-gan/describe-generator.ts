import type { NetworkDescription, ParameterSpec } from '../parameters.ts';
import { type Block, generatorBlocks, seedResolution } from './blocks.ts';
import type { BigGanConfig } from './config.ts';
import { convolutionSpecs, linearSpecs, nonLocalBlockSpecs, zerosSpec } from './specs.ts';

/**
 * Trainable tensors of the generator, with the names and in the order of the paper's Table 11. At 128×128 with
 * the paper's sizes: 62 tensors, 70,433,988 elements. Allocates nothing.
 */
export function describeGenerator(config: BigGanConfig): NetworkDescription {
	const { initializer, embeddingSize } = config;
	const blocks = generatorBlocks(config);
	const chunkSize = config.latentSize / (blocks.length + 1);
	const seedChannels = blocks[0].inputChannels;
	const finalChannels = blocks.at(-1)!.outputChannels;
	return {
		name: 'generator',
		parameters: [
			...linearSpecs('generator/embed_y', {
				inputs: config.classes,
				outputs: embeddingSize,
				initializer,
				bias: false,
				spectralNorm: false,
			}),
			...linearSpecs('generator/fc_noise', {
				inputs: chunkSize,
				outputs: seedResolution * seedResolution * seedChannels,
				initializer,
			}),
			...blocks.flatMap(block => [
				...blockSpecs(block, chunkSize + embeddingSize, config),
				...(block.attention
					? nonLocalBlockSpecs('generator/non_local_block', block.outputChannels, initializer)
					: []),
			]),
			{
				name: 'generator/final_norm/gamma',
				shape: [finalChannels],
				initializer: 'ones',
				spectralNorm: false,
			},
			zerosSpec('generator/final_norm/beta', [finalChannels]),
			...convolutionSpecs('generator/final_conv', {
				size: 3,
				inputs: finalChannels,
				outputs: config.colours,
				initializer,
			}),
		],
	};
}

function blockSpecs(block: Block, conditionSize: number, config: BigGanConfig): ParameterSpec[] {
	const { inputChannels: inputs, outputChannels: outputs } = block;
	const { initializer } = config;
	const scope = `generator/${block.name}`;
	const condition = (name: string, width: number): ParameterSpec[] =>
		['gamma', 'beta'].flatMap(term =>
			linearSpecs(`${scope}/${name}/condition/${term}`, {
				inputs: conditionSize,
				outputs: width,
				initializer,
				bias: false,
			}),
		);
	return [
		...condition('bn1', inputs),
		...convolutionSpecs(`${scope}/up_conv1`, { size: 3, inputs, outputs, initializer }),
		...condition('bn2', outputs),
		...convolutionSpecs(`${scope}/same_conv2`, { size: 3, inputs: outputs, outputs, initializer }),
		...convolutionSpecs(`${scope}/up_conv_shortcut`, { size: 1, inputs, outputs, initializer }),
	];
}
