import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { relu } from '../layers/activation.ts';
import { linear, weight } from '../layers/weights.ts';
import { normaliseBatch } from './batch-norm.ts';
import type { ResNetV2Config } from './config.ts';
import { convolvePadded } from './convolve-padded.ts';
import type { ResNetV2State } from './state.ts';
import { type BottleneckUnit, bottleneckUnits } from './units.ts';

/**
 * `training` normalises by the moments of the batch and moves the moving averages towards them; `inference`
 * normalises by the moving averages and changes nothing.
 */
export type ResNetV2Mode = 'training' | 'inference';

/**
 * The representation F(x): the last map, normalised and rectified, averaged over height and width.
 *
 * @param images [n, height, width, 3] in [0, 1]; inside they are scaled to [−1, 1]
 * @returns [n, featureSize], not negative
 */
export function extractFeatures(state: ResNetV2State, images: Tensor4D, mode: ResNetV2Mode): Tensor2D {
	const { config, network } = state;
	const scaled: Tensor4D = tf.sub(tf.mul(images, 2), 1);
	let map = runRoot(config.root, scaled, weight<Tensor4D>(network, 'resnet/root_block/kernel'));
	for (const unit of bottleneckUnits(config)) map = bottleneck(state, unit, map, mode);
	return tf.mean(normAndRelu(state, 'resnet/final_norm', map, mode), [1, 2]);
}

/** Logits of the four rotations, in the order 0°, 90°, 180°, 270°. @param features [n, featureSize] */
export function rotationHead({ network }: ResNetV2State, features: Tensor2D): Tensor2D {
	return linear(features, network, 'rotations');
}

/**
 * Class logits [n, classes].
 *
 * @param features [n, featureSize]
 * @throws RangeError if the network has no class head
 */
export function classHead({ network }: ResNetV2State, features: Tensor2D): Tensor2D {
	return linear(features, network, 'classes');
}

// Neither normalised nor rectified: the first unit begins with both.
function runRoot(root: ResNetV2Config['root'], images: Tensor4D, kernel: Tensor4D): Tensor4D {
	if (root === 'small') return convolvePadded(images, kernel, 1);
	const halved = convolvePadded(images, kernel, 2);
	// Padded with zeros before the maximum too.
	return root === 'small-strided' ? halved : tf.maxPool(padByOne(halved), 3, 2, 'valid');
}

function bottleneck(state: ResNetV2State, unit: BottleneckUnit, x: Tensor4D, mode: ResNetV2Mode): Tensor4D {
	const { scope, stride, projection } = unit;
	const kernel = (name: string): Tensor4D => weight<Tensor4D>(state.network, `${scope}/${name}/kernel`);
	const active = normAndRelu(state, `${scope}/norm`, x, mode);
	const shortcut = projection ? tf.conv2d(active, kernel('proj'), stride, 'valid') : x;
	const narrow = normAndRelu(state, `${scope}/b/norm`, tf.conv2d(active, kernel('a'), 1, 'valid'), mode);
	const wide = convolvePadded(narrow, kernel('b'), stride);
	const residual = tf.conv2d(normAndRelu(state, `${scope}/c/norm`, wide, mode), kernel('c'), 1, 'valid');
	return tf.add(shortcut, residual);
}

function normAndRelu(state: ResNetV2State, scope: string, x: Tensor4D, mode: ResNetV2Mode): Tensor4D {
	const { batchNormEpsilon: epsilon, batchNormMomentum } = state.config;
	const gamma = weight<Tensor1D>(state.network, `${scope}/gamma`);
	const beta = weight<Tensor1D>(state.network, `${scope}/beta`);
	const movingMean = state.moments.get(`${scope}/moving_mean`)!;
	const movingVariance = state.moments.get(`${scope}/moving_variance`)!;
	if (mode === 'inference') {
		const moments = [movingMean, movingVariance] as unknown as [Tensor1D, Tensor1D];
		return relu(tf.batchNorm4d(x, ...moments, beta, gamma, epsilon));
	}
	const { normalised, mean, variance } = normaliseBatch(x, gamma, beta, epsilon);
	const moveTowards = (moving: typeof movingMean, moment: Tensor): void =>
		tf.tidy(() => moving.assign(tf.sub(moving, tf.mul(tf.sub(moving, moment), 1 - batchNormMomentum))));
	moveTowards(movingMean, mean);
	moveTowards(movingVariance, variance);
	return relu(normalised);
}

const padByOne = (x: Tensor4D): Tensor4D =>
	tf.pad4d(x, [
		[0, 0],
		[1, 1],
		[1, 1],
		[0, 0],
	]);
