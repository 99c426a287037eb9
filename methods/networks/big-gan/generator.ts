import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { relu } from '../layers/activation.ts';
import { type BatchNormMode, batchNorm, conditionalBatchNorm } from '../layers/batch-norm.ts';
import { addBias, addCancelledBias } from '../layers/bias.ts';
import { convolve, convolveZeroInserted, turn } from '../layers/convolution.ts';
import { nonLocalBlock } from '../layers/non-local-block.ts';
import { convolveInPatches } from '../layers/patch-convolution.ts';
import { insertZeros, repeatPixels } from '../layers/resample.ts';
import { linear, weight, withBias } from '../layers/weights.ts';
import type { NetworkState } from '../network-state.ts';
import { type Block, generatorBlocks, seedResolution } from './blocks.ts';
import type { BigGanConfig } from './config.ts';

/**
 * Images of the BigGAN generator (Tables 6, 9 and 11). z is cut into equal chunks: the first makes the 4×4 seed,
 * each of the others, joined to the embedded label, conditions the batch norms of one block. Advances the
 * singular vector of every kernel once.
 *
 * @param state of `describeGenerator(config)`
 * @param latents z, [batch, latentSize]
 * @param labels [batch, classes]: one-hot, soft, or zero rows
 * @param mode which moments the batch norms use
 * @returns [batch, resolution, resolution, colours] in [0, 1]
 */
export function generate(
	config: BigGanConfig,
	state: NetworkState,
	latents: Tensor2D,
	labels: Tensor2D,
	mode: BatchNormMode,
): Tensor4D {
	return tf.tidy(() => {
		const blocks = generatorBlocks(config);
		const chunks: Tensor2D[] = tf.split(latents, blocks.length + 1, 1); // [batch, chunk] each
		const [seedChunk, ...blockChunks] = chunks;
		const embedded = linear(labels, state, 'generator/embed_y'); // [batch, embeddingSize]
		const seedShape = [latents.shape[0], seedResolution, seedResolution, blocks[0].inputChannels] as const;
		const seed: Tensor4D = tf.reshape(linear(seedChunk, state, 'generator/fc_noise'), [...seedShape]);
		// All maps are turned by 180 degrees, seed and kernels first and the image last: the authors' zero insertion
		// then is what TensorFlow's transposed convolutions do, which otherwise need a wider map that is cut.
		const start = tf.reverse(seed, [1, 2]);
		const features = blocks.reduce((x, block, index) => {
			const condition: Tensor2D = tf.concat([blockChunks[index], embedded], 1); // [batch, chunk + embeddingSize]
			return tf.tidy(() => {
				const output = residualBlock(config, state, block, x, condition, mode);
				return block.attention ? nonLocalBlock(output, state, 'generator/non_local_block') : output;
			});
		}, start);
		const normalised = batchNorm(
			features,
			weight(state, 'generator/final_norm/gamma'),
			weight(state, 'generator/final_norm/beta'),
			{ mode, epsilon: config.batchNormEpsilon, layer: 'generator/final_norm' },
		);
		const lastKernel = turn(weight<Tensor4D>(state, 'generator/final_conv/kernel'));
		const colours = convolveInPatches(relu(normalised), lastKernel);
		const logits = withBias(tf.reverse(colours, [1, 2]), state, 'generator/final_conv');
		return tf.div(tf.add(tf.tanh(logits), 1), 2);
	});
}

/** [N, H, W, in] to [N, 2H, 2W, out], turned maps both. */
function residualBlock(
	config: BigGanConfig,
	state: NetworkState,
	block: Block,
	x: Tensor4D,
	condition: Tensor2D,
	mode: BatchNormMode,
): Tensor4D {
	const scope = `generator/${block.name}`;
	const normalise = (input: Tensor4D, name: 'bn1' | 'bn2'): Tensor4D => {
		const layer = `${scope}/${name}`;
		const scale = linear(condition, state, `${layer}/condition/gamma`);
		const gamma = config.gammaOffset === 0 ? scale : tf.add<Tensor2D>(scale, config.gammaOffset);
		const beta = linear(condition, state, `${layer}/condition/beta`);
		return conditionalBatchNorm(input, gamma, beta, { mode, epsilon: config.batchNormEpsilon, layer });
	};
	const upsample = config.upsampling === 'nearest' ? repeatPixels : insertZeros;

	const entered = relu(normalise(x, 'bn1'));
	const firstKernel = weight<Tensor4D>(state, `${scope}/up_conv1/kernel`);
	const widened =
		config.upsampling === 'nearest'
			? convolve(repeatPixels(entered), turn(firstKernel))
			: convolveZeroInserted(entered, firstKernel);
	// The moments of other modes, and the samples drawn with them, depend on the bias.
	const addFirstBias = mode.kind === 'batch' ? addCancelledBias : addBias;
	const inner = relu(normalise(addFirstBias(widened, weight(state, `${scope}/up_conv1/bias`)), 'bn2'));
	// Both branches' biases at once. The authors add the shortcut's after zero insertion, to the zeros too.
	const convolved = convolve(inner, turn(weight<Tensor4D>(state, `${scope}/same_conv2/kernel`)));
	const main = withBias(convolved, state, `${scope}/same_conv2`, `${scope}/up_conv_shortcut`);

	// A 1×1 convolution commutes with both ways of upsampling: a quarter of the work when it goes first.
	const narrow = convolve(x, weight<Tensor4D>(state, `${scope}/up_conv_shortcut/kernel`));
	return tf.add(main, upsample(narrow));
}
