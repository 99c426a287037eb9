import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { relu } from '../layers/activation.ts';
import { convolveAveraged } from '../layers/averaged-convolution.ts';
import { convolve } from '../layers/convolution.ts';
import { nonLocalBlock } from '../layers/non-local-block.ts';
import { convolveColours } from '../layers/patch-convolution.ts';
import { averagePairs } from '../layers/resample.ts';
import { linear, weight, withBias } from '../layers/weights.ts';
import type { NetworkState } from '../network-state.ts';
import { type Block, discriminatorBlocks } from './blocks.ts';
import type { BigGanConfig } from './config.ts';
import { classHeadName, hasLearnedShortcut, rotationHeadName } from './describe-discriminator.ts';

/** What the discriminator says about images, before any label is looked at. */
export interface Discrimination {
	/** h: rectified activations reduced over height and width, [images, feature channels]. */
	readonly features: Tensor2D;
	/** Unconditional part of the real/fake logit, [images]. */
	readonly logits: Tensor1D;
}

/**
 * Features and logits of the BigGAN discriminator (Tables 7, 8 and 10). There is no batch norm and so no
 * dependence between the images of a batch. Advances the singular vector of each kernel used once.
 *
 * @param state of `describeDiscriminator(config)`
 * @param images [images, resolution, resolution, colours] in [0, 1]: the first block rectifies them too, which
 * changes nothing in this range and would lose the darker half of [-1, 1]
 */
export function discriminate(config: BigGanConfig, state: NetworkState, images: Tensor4D): Discrimination {
	return tf.tidy(() => {
		const output = discriminatorBlocks(config).reduce(
			(x, block) =>
				tf.tidy(() => {
					const next = residualBlock(config, state, block, x);
					return block.attention ? nonLocalBlock(next, state, 'discriminator/non_local_block') : next;
				}),
			images,
		);
		const reduce = config.pooling === 'sum' ? tf.sum : tf.mean;
		const features = reduce(relu(output), [1, 2]) as Tensor2D;
		return { features, logits: firstColumn(linear(features, state, 'discriminator/final_fc')) };
	}) as unknown as Discrimination;
}

/**
 * Conditional part of the real/fake logit, Σ_c (y·V)_c h_c (Miyato and Koyama 2018, arXiv 1802.05637): [images].
 *
 * @param labels [images, classes]: one-hot, soft, or zero rows, which give 0
 */
export function project(
	config: BigGanConfig,
	state: NetworkState,
	features: Tensor2D,
	labels: Tensor2D,
): Tensor1D {
	return tf.tidy(() => {
		const embedded = tf.matMul(labels, weight<Tensor2D>(state, `${config.projectionName}/kernel`));
		return tf.sum(tf.mul(embedded, features), 1); // [images]
	});
}

/** Logits [images, 4] of the rotations by 0, 90, 180 and 270 degrees; needs `rotationHead`. */
export function predictRotation(_config: BigGanConfig, state: NetworkState, features: Tensor2D): Tensor2D {
	return tf.tidy(() => linear(features, state, rotationHeadName));
}

/** Logits [images, classes]; needs `classHead`. */
export function predictClass(_config: BigGanConfig, state: NetworkState, features: Tensor2D): Tensor2D {
	return tf.tidy(() => linear(features, state, classHeadName));
}

const firstColumn = (x: Tensor2D): Tensor1D => tf.reshape(x, [x.shape[0]]);

/** [N, H, W, in] to [N, H/2, W/2, out], or [N, H, W, out] for the last block. */
function residualBlock(config: BigGanConfig, state: NetworkState, block: Block, x: Tensor4D): Tensor4D {
	const scope = `discriminator/${block.name}`;
	const [resample, shrink, convolveShrinking] =
		block.resample === 'down'
			? ([`${scope}/down`, averagePairs, convolveAveraged] as const)
			: ([`${scope}/same`, (input: Tensor4D) => input, convolve] as const);

	const convolveEntered = block.inputChannels <= 4 ? convolveColours : convolve;
	const first = convolveEntered(relu(x), weight<Tensor4D>(state, `${scope}/same_conv1/kernel`));
	const inner = relu(withBias(first, state, `${scope}/same_conv1`));
	// The authors convolve, add the bias, then average. A 1×1 convolution and a bias commute with the average, and this
	// order does a quarter of their work.
	const convolved = convolveShrinking(inner, weight<Tensor4D>(state, `${resample}_conv2/kernel`));
	if (hasLearnedShortcut(block)) {
		const main = withBias(convolved, state, `${resample}_conv2`, `${resample}_conv_shortcut`);
		const shortcut = convolve(shrink(x), weight<Tensor4D>(state, `${resample}_conv_shortcut/kernel`));
		return tf.add(main, shortcut);
	}
	const main = withBias(convolved, state, `${resample}_conv2`);
	return config.equalWidthShortcut === 'identity' ? tf.add(main, shrink(x)) : main;
}
