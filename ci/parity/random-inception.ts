import { inceptionTensors } from '../../harness/metrics/inception/tensor-names.ts';
import type { FloatTensor, InceptionWeights } from '../../harness/metrics/inception/weights.ts';
import { createStream } from '../../harness/tensor/random.ts';

// The same in Python: random_inception.py. 24 million numbers are too many to commit and, drawn one by one, too
// slow in Python: a stream gives each tensor one key, and the numbers are hashes of the key and their position.

/** MurmurHash3's finaliser: a bijection of 32-bit integers in which every input bit moves every output bit. */
function mix(value: number): number {
	let hash = value;
	hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
	return (hash ^ (hash >>> 16)) >>> 0;
}

/** The number in [0, 1) at a position: 24 bits, exact in float32. */
const uniformAt = (key: number, index: number): number =>
	(mix((key + Math.imul(index, 0x9e37_79b1)) | 0) >>> 8) / 2 ** 24;

/** From where to where the numbers of a tensor go: activations keep their size from layer to layer. */
function rangeOf(name: string, shape: readonly number[]): readonly [low: number, high: number] {
	if (name.endsWith('/gamma') || name.endsWith('/moving_variance')) return [0.5, 1.5];
	if (name.endsWith('/beta')) return [-0.2, 0.3];
	if (name.endsWith('/moving_mean')) return [-0.2, 0.2];
	if (shape.length === 1) return [-0.5, 0.5];
	const fanIn = shape.slice(0, -1).reduce((product, extent) => product * extent, 1);
	const bound = Math.sqrt(6 / fanIn);
	return [-bound, bound];
}

/**
 * Random weights for Inception: each γ and variance in [0.5, 1.5), so that no tensor can be left out unnoticed.
 *
 * @param seed integer in [1, 2^31 - 1]
 */
export function randomInceptionWeights(seed: number): InceptionWeights {
	const weights = new Map<string, FloatTensor>();
	for (const { name, shape } of inceptionTensors()) {
		const [low, high] = rangeOf(name, shape);
		const count = shape.reduce((product, extent) => product * extent, 1);
		const values = new Float32Array(count);
		const key = createStream(seed, 'inception', name).bits();
		for (let index = 0; index < count; index++) {
			values[index] = low + (high - low) * uniformAt(key, index);
		}
		weights.set(name, { shape, values });
	}
	return weights;
}

/** Edge of a coloured square in the random images, in pixels; the last ones are cut. */
const squarePixels = 13;

/**
 * Images of coloured squares under fine noise, as the network reads them: (value - 128) / 128 of whole values in
 * [0, 255].
 *
 * @returns [count, 299, 299, 3], row-major
 */
export function randomInceptionImages(seed: number, count: number): Float32Array {
	const size = 299;
	const across = Math.ceil(size / squarePixels);
	const squareKey = createStream(seed, 'squares').bits();
	const noiseKey = createStream(seed, 'noise').bits();
	const images = new Float32Array(count * size * size * 3);
	for (let index = 0; index < images.length; index++) {
		const channel = index % 3;
		const column = Math.floor((Math.floor(index / 3) % size) / squarePixels);
		const row = Math.floor((Math.floor(index / (3 * size)) % size) / squarePixels);
		const image = Math.floor(index / (3 * size * size));
		const square = ((image * across + row) * across + column) * 3 + channel;
		const value = Math.floor(224 * uniformAt(squareKey, square) + 32 * uniformAt(noiseKey, index));
		images[index] = (value - 128) / 128;
	}
	return images;
}
