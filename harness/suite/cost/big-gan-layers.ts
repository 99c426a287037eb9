import {
	attentionHeadChannels,
	attentionValueChannels,
	discriminatorBlocks,
	featureChannels,
	generatorBlocks,
	seedResolution,
} from '../../../methods/networks/big-gan/blocks.ts';
import type { BigGanConfig } from '../../../methods/networks/big-gan/config.ts';
import {
	hasLearnedShortcut,
	rotationCount,
} from '../../../methods/networks/big-gan/describe-discriminator.ts';
import { convolutionLayer, denseLayer, elementwiseLayer, type Layer } from './layer.ts';

/** The non-local block on a map of `side` × `side` × `channels`, see `nonLocalBlock`. */
function attentionLayers(scope: string, side: number, channels: number): Layer[] {
	const [heads, values] = [attentionHeadChannels(channels), attentionValueChannels(channels)];
	const positions = side ** 2;
	const project = (name: string, inputs: number, outputs: number, kept: number): Layer =>
		convolutionLayer(`${scope}/${name}`, { side, size: 1, inputs, outputs, kept });
	const product = (name: string, width: number, output: number): Layer => ({
		name: `${scope}/${name}`,
		kind: 'product',
		multiplyAdds: positions * (positions / 4) * width,
		kept: output,
		output,
	});
	return [
		// All three read the block's input, which is kept once; pooling keeps its input and its output.
		project('conv2d_theta', channels, heads, positions * (channels + heads)),
		project('conv2d_phi', channels, heads, 1.25 * positions * heads),
		project('conv2d_g', channels, values, 1.25 * positions * values),
		product('scores', heads, positions * (positions / 4)),
		product('mixture', values, positions * values),
		// Kept for the gradient of the gate sigma.
		project('conv2d_attn_g', values, channels, positions * channels),
	];
}

/**
 * The generator's layers, as `generate` runs them: convolutions after zero insertion as transposed ones, at a
 * quarter of the work, and 1×1 shortcuts before the upsampling.
 */
export function generatorLayers(config: BigGanConfig): readonly Layer[] {
	const blocks = generatorBlocks(config);
	const chunk = config.latentSize / (blocks.length + 1);
	const condition = chunk + config.embeddingSize;
	const layers: Layer[] = [
		denseLayer('generator/embed_y', config.classes, config.embeddingSize, { readsData: true }),
		denseLayer('generator/fc_noise', chunk, seedResolution ** 2 * blocks[0]!.inputChannels, {
			readsData: true,
		}),
	];
	for (const [index, block] of blocks.entries()) {
		const scope = `generator/${block.name}`;
		const side = seedResolution * 2 ** index;
		const wide = 2 * side;
		const { inputChannels: inputs, outputChannels: outputs } = block;
		// Zero insertion does a quarter of the multiplications of nearest neighbours.
		const upSide = config.upsampling === 'nearest' ? wide : side;
		// Kept: what is normalised, what it becomes, and what it is rectified to.
		const norm = (name: string, elements: number, channels: number): Layer[] => [
			denseLayer(`${scope}/${name}/condition/gamma`, condition, channels),
			denseLayer(`${scope}/${name}/condition/beta`, condition, channels),
			elementwiseLayer(`${scope}/${name}`, elements, 3 * elements),
		];
		layers.push(
			...norm('bn1', side ** 2 * inputs, inputs),
			{
				...convolutionLayer(`${scope}/up_conv1`, { side: upSide, size: 3, inputs, outputs }),
				output: wide ** 2 * outputs,
			},
			...norm('bn2', wide ** 2 * outputs, outputs),
			convolutionLayer(`${scope}/same_conv2`, { side: wide, size: 3, inputs: outputs, outputs }),
			{
				...convolutionLayer(`${scope}/up_conv_shortcut`, { side, size: 1, inputs, outputs }),
				output: wide ** 2 * outputs,
			},
		);
		if (block.attention) layers.push(...attentionLayers('generator/non_local_block', wide, outputs));
	}
	const { resolution: side, colours } = config;
	const inputs = blocks.at(-1)!.outputChannels;
	return [
		...layers,
		elementwiseLayer('generator/final_norm', side ** 2 * inputs, 2 * side ** 2 * inputs),
		convolutionLayer('generator/final_conv', {
			side,
			size: 3,
			inputs,
			outputs: colours,
			kept: side ** 2 * colours,
		}),
	];
}

/** The discriminator's layers up to its features and unconditional logit, as `discriminate` runs them. */
export function discriminatorLayers(config: BigGanConfig): readonly Layer[] {
	const layers: Layer[] = [];
	let side: number = config.resolution;
	for (const [index, block] of discriminatorBlocks(config).entries()) {
		const scope = `discriminator/${block.name}`;
		const { inputChannels: inputs, outputChannels: outputs } = block;
		const readsData = index === 0;
		const after = block.resample === 'down' ? side / 2 : side;
		layers.push(
			elementwiseLayer(`${scope}/relu`, side ** 2 * inputs),
			convolutionLayer(`${scope}/same_conv1`, { side, size: 3, inputs, outputs, readsData }),
			elementwiseLayer(`${scope}/inner_relu`, side ** 2 * outputs),
			convolutionLayer(`${scope}/conv2`, { side, size: 3, inputs: outputs, outputs }),
		);
		if (hasLearnedShortcut(block)) {
			const kept = after ** 2 * inputs;
			layers.push(
				convolutionLayer(`${scope}/conv_shortcut`, {
					side: after,
					size: 1,
					inputs,
					outputs,
					readsData,
					kept,
				}),
			);
		}
		if (block.attention) layers.push(...attentionLayers('discriminator/non_local_block', after, outputs));
		side = after;
	}
	const features = featureChannels(config);
	return [
		...layers,
		elementwiseLayer('discriminator/features', side ** 2 * features),
		denseLayer('discriminator/final_fc', features, 1, { kept: features }),
	];
}

/** What reads the discriminator's features, each for one image that it is applied to. */
export function headLayers(
	config: BigGanConfig,
): Readonly<Record<'projection' | 'rotation' | 'class', Layer[]>> {
	const features = featureChannels(config);
	return {
		// The labels are data: their gradient is not computed.
		projection: config.projection
			? [denseLayer(config.projectionName, config.classes, features, { readsData: true, kept: features })]
			: [],
		rotation: config.rotationHead ? [denseLayer('rotation head', features, rotationCount)] : [],
		class: config.classHead ? [denseLayer('class head', features, config.classes)] : [],
	};
}
