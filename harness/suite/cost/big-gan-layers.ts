import {
	attentionHeadChannels,
	attentionValueChannels,
	type Block,
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
import {
	largestAttentionTurn,
	largestWholeAttention,
} from '../../../methods/networks/layers/attention-limits.ts';
import { smallestAveragedMap } from '../../../methods/networks/layers/averaging-limits.ts';
import { convolutionLayer, denseLayer, elementwiseLayer, type Layer } from './layer.ts';

// `recorded` counts, for each operation, what it saves and the gradient of its input, as harness/tensor/kernels.ts,
// methods/networks/layers and TensorFlow.js' own gradients have it. ci/bench/plan compares it with measured memory.

/**
 * The non-local block on a map of `side` × `side` × `channels`, see `nonLocalBlock`.
 *
 * @param images that pass it together, which decides whether they take turns, see `attend`
 */
function attentionLayers(scope: string, side: number, channels: number, images: number): Layer[] {
	const [heads, values] = [attentionHeadChannels(channels), attentionValueChannels(channels)];
	const positions = side ** 2;
	const map = positions * channels;
	const scores = positions * (positions / 4);
	const inTurns = images > 1 && images * scores > largestWholeAttention;
	// Of one image's share of the turn that exists.
	const existing = inTurns ? Math.max(scores, largestAttentionTurn) / images : scores;
	const project = (name: string, inputs: number, outputs: number, kept: number, recorded: number): Layer =>
		convolutionLayer(`${scope}/${name}`, { side, size: 1, inputs, outputs, kept, recorded });
	const product = (
		name: string,
		width: number,
		rest: Pick<Layer, 'kept' | 'output' | 'recorded' | 'passing'>,
	): Layer => ({
		name: `${scope}/${name}`,
		kind: 'product',
		multiplyAdds: scores * width,
		...rest,
	});
	// Before and after pooling.
	const pooled = (channels: number): number => 1.25 * positions * channels;
	return [
		// All three read the block's input, which is kept once, and put out one map, which is split; pooling keeps its input.
		// Recorded: each part before and after splitting, and the gradients of both.
		project('conv2d_theta', channels, heads, map + positions * heads, 2 * map + 4 * positions * heads),
		project('conv2d_phi', channels, heads, pooled(heads), 4 * pooled(heads)),
		project('conv2d_g', channels, values, pooled(values), 4 * pooled(values)),
		// Recorded: the exponentials. Three gradients pass; in turns the exponentials too, and nothing is kept.
		product('scores', heads, {
			kept: inTurns ? 0 : scores,
			output: existing,
			recorded: inTurns ? 0 : scores,
			passing: inTurns ? 4 * existing : 3 * existing,
		}),
		product('mixture', values, {
			kept: positions * values,
			output: positions * values,
			recorded: 2 * positions * values,
		}),
		// The gate sigma is on the kernel: of the map there is the sum, and gradients of both.
		project('conv2d_attn_g', values, channels, 0, 2 * map),
	];
}

/** One residual block of the generator that reads a map of `side` × `side`. */
function generatorBlock(block: Block, side: number, condition: number, config: BigGanConfig): Layer[] {
	const scope = `generator/${block.name}`;
	const { inputChannels: inputs, outputChannels: outputs } = block;
	const wide = 2 * side;
	const before = side ** 2 * inputs;
	const after = wide ** 2 * outputs;
	// Zero insertion does a quarter of the multiplications of nearest neighbours.
	const upSide = config.upsampling === 'nearest' ? wide : side;
	// Kept: what is normalised, what it becomes, and what it is rectified to. Recorded: also what is scaled, and
	// four gradients.
	const norm = (name: string, elements: number, channels: number): Layer[] => [
		denseLayer(`${scope}/${name}/condition/gamma`, condition, channels),
		denseLayer(`${scope}/${name}/condition/beta`, condition, channels),
		elementwiseLayer(`${scope}/${name}`, elements, 3 * elements, 8 * elements),
	];
	return [
		...norm('bn1', before, inputs),
		{ ...convolutionLayer(`${scope}/up_conv1`, { side: upSide, size: 3, inputs, outputs }), output: after },
		...norm('bn2', after, outputs),
		convolutionLayer(`${scope}/same_conv2`, { side: wide, size: 3, inputs: outputs, outputs }),
		{
			...convolutionLayer(`${scope}/up_conv_shortcut`, { side, size: 1, inputs, outputs }),
			output: after,
			// Both branches, which the sum keeps; the shortcut before zero insertion; gradients of both and their sum.
			recorded: 2 * after + 2 * side ** 2 * outputs + 2 * before,
		},
	];
}

/**
 * The generator's layers, as `generate` runs them: convolutions after zero insertion as transposed ones, at a
 * quarter of the work, and 1×1 shortcuts before the upsampling. The last convolution is counted without what only fills
 * vectors, see `convolveInPatches`.
 *
 * @param images that pass together, of which memory depends; default 1
 */
export function generatorLayers(config: BigGanConfig, images = 1): readonly Layer[] {
	const blocks = generatorBlocks(config);
	const chunk = config.latentSize / (blocks.length + 1);
	const seed = seedResolution ** 2 * blocks[0]!.inputChannels;
	const { resolution: side, colours } = config;
	const inputs = blocks.at(-1)!.outputChannels;
	const [last, picture] = [side ** 2 * inputs, side ** 2 * colours];
	return [
		denseLayer('generator/embed_y', config.classes, config.embeddingSize, { readsData: true }),
		denseLayer('generator/fc_noise', chunk, seed, { readsData: true }),
		...blocks.flatMap((block, index) => {
			const from = seedResolution * 2 ** index;
			const layers = generatorBlock(block, from, chunk + config.embeddingSize, config);
			if (!block.attention) return layers;
			const { outputChannels } = block;
			return [...layers, ...attentionLayers('generator/non_local_block', 2 * from, outputChannels, images)];
		}),
		elementwiseLayer('generator/final_norm', last, 2 * last, 5 * last),
		convolutionLayer('generator/final_conv', {
			...{ side, size: 3, inputs, outputs: colours },
			...{ kept: picture, recorded: 7 * picture },
		}),
	];
}

/** One residual block of the discriminator that reads a map of `side` × `side` and puts out `after` × `after`. */
function discriminatorBlock(block: Block, side: number, after: number, readsData: boolean): Layer[] {
	const scope = `discriminator/${block.name}`;
	const { inputChannels: inputs, outputChannels: outputs } = block;
	const [read, inner, put] = [side ** 2 * inputs, side ** 2 * outputs, after ** 2 * outputs];
	const shrinks = after < side;
	const gradients = { [readsData ? 'recordedTowardsData' : 'recorded']: 2 * read };
	const layers: Layer[] = [
		{ ...elementwiseLayer(`${scope}/relu`, read, read, 0), recorded: read },
		convolutionLayer(`${scope}/same_conv1`, { side, size: 3, inputs, outputs, readsData, ...gradients }),
		elementwiseLayer(`${scope}/inner_relu`, inner, inner, 2 * inner),
		shrinks && side >= smallestAveragedMap
			? convolutionLayer(`${scope}/conv2`, {
					...{ side: after, size: 4, inputs: outputs, outputs, recorded: inner },
					madeKernel: 4 ** 2 * outputs ** 2,
				})
			: // The convolution's gradient; where the map shrinks, also what is averaged, and the gradient of that.
				convolutionLayer(`${scope}/conv2`, {
					...{ side, size: 3, inputs: outputs, outputs, recorded: (shrinks ? 3 : 1) * inner },
				}),
	];
	if (!hasLearnedShortcut(block)) return layers;
	const kept = after ** 2 * inputs;
	const towards = kept + (shrinks ? 2 : 1) * read;
	return [
		...layers,
		convolutionLayer(`${scope}/conv_shortcut`, {
			...{ side: after, size: 1, inputs, outputs, readsData, kept },
			// What is averaged and its average, both branches of the sum, and the gradients.
			recorded: kept + (shrinks ? read : 0) + 2 * put + (readsData ? 0 : towards),
			recordedTowardsData: readsData ? towards : 0,
		}),
	];
}

/**
 * The discriminator's layers up to its features and unconditional logit, as `discriminate` runs them: the second
 * convolution of a block and the average after it as one, see `convolveAveraged`.
 *
 * @param images that pass together, of which memory depends; default 1
 */
export function discriminatorLayers(config: BigGanConfig, images = 1): readonly Layer[] {
	const layers: Layer[] = [];
	let side: number = config.resolution;
	for (const [index, block] of discriminatorBlocks(config).entries()) {
		const after = block.resample === 'down' ? side / 2 : side;
		layers.push(...discriminatorBlock(block, side, after, index === 0));
		if (block.attention) {
			const { outputChannels } = block;
			layers.push(...attentionLayers('discriminator/non_local_block', after, outputChannels, images));
		}
		side = after;
	}
	const features = featureChannels(config);
	const map = side ** 2 * features;
	return [
		...layers,
		elementwiseLayer('discriminator/features', map, map, 3 * map),
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
