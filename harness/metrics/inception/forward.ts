import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../tensor/tensorflow.ts';
import { pool3x3 } from './kernels.ts';
import type { InceptionBlock } from './layers.ts';

/** Convolution, normalisation and ReLU of the named scope. */
export type Convolve = (map: Tensor4D, scope: string) => Tensor4D;
/** A feature vector for each image of a map [n, height, width, channels]. */
export type Tap = (map: Tensor4D) => Tensor2D;

/** What `POOL` stands for in each kind of block. */
const pools: Readonly<Record<InceptionBlock['pool'], (map: Tensor4D) => Tensor4D>> = {
	avg3x3s1: map => pool3x3('AvgPool', map, { stride: 1, padding: 'same' }),
	max3x3s1: map => pool3x3('MaxPool', map, { stride: 1, padding: 'same' }),
	max3x3s2valid: map => pool3x3('MaxPool', map, { stride: 2, padding: 'valid' }),
};

/**
 * From the image to the map that the first block reads.
 *
 * @param images [n, 299, 299, 3]
 * @param tap applied to the outputs of both max pools, if given
 * @returns map [n, 35, 35, 192] and the taps [n, 64] and [n, 192]
 */
export function runStem(
	images: Tensor4D,
	convolve: Convolve,
	tap?: Tap,
): { map: Tensor4D; taps: readonly Tensor2D[] } {
	const taps: Tensor2D[] = [];
	let map = images;
	const advance = (next: Tensor4D): void => {
		// The maps of the stem are the largest of all: free each as soon as the next one exists.
		if (map !== images) map.dispose();
		map = next;
	};
	for (const scopes of [
		['conv', 'conv_1', 'conv_2'],
		['conv_3', 'conv_4'],
	]) {
		for (const scope of scopes) advance(convolve(map, scope));
		advance(pools.max3x3s2valid(map));
		if (tap) taps.push(tap(map));
	}
	return { map, taps };
}

/** The maps of one branch: one, or two where convolutions stand side by side at its end. */
function runBranch(
	input: Tensor4D,
	steps: InceptionBlock['branches'][number],
	pool: (map: Tensor4D) => Tensor4D,
	convolve: Convolve,
): Tensor4D[] {
	let maps = [input];
	for (const step of steps) {
		const [map] = maps;
		if (typeof step !== 'string') maps = step.split.map(scope => convolve(map, scope));
		else maps = [step === 'POOL' ? pool(map) : convolve(map, step)];
		if (map !== input) map.dispose();
	}
	return maps;
}

/** Runs the branches of a block on the same map and joins their channels, in the order of the branches. */
function runBlock(map: Tensor4D, block: InceptionBlock, convolve: Convolve): Tensor4D {
	return tf.tidy(() => {
		const parts = block.branches.flatMap(steps => runBranch(map, steps, pools[block.pool], convolve));
		return tf.concat4d(parts, 3); // [n, height, width, block.outChannels]
	});
}

/**
 * From the stem's map to the last one.
 *
 * @param map [n, 35, 35, 192]; disposed here
 * @param tap applied to the last map of 17×17, the output of `mixed_7`, if given
 * @returns map [n, 8, 8, 2048] and the tap [n, 768]
 */
export function runBlocks(
	map: Tensor4D,
	blocks: readonly InceptionBlock[],
	convolve: Convolve,
	tap?: Tap,
): { map: Tensor4D; tap: Tensor2D | undefined } {
	let current = map;
	let tapped: Tensor2D | undefined;
	for (const block of blocks) {
		const next = runBlock(current, block, convolve);
		current.dispose();
		current = next;
		if (tap && block.tf === 'mixed_7') tapped = tap(current);
	}
	return { map: current, tap: tapped };
}
