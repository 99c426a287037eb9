import type { MemorySplit } from './data-set.ts';

/**
 * A split of images in memory.
 *
 * @param pixels uint8 RGB, NHWC; kept, not copied
 * @param labels one an image
 * @param names one an image, where the source has any
 */
export function memorySplit(pixels: Uint8Array, labels: Int32Array, names?: readonly string[]): MemorySplit {
	const split = { count: labels.length, pixels, labels, read: readFromMemory };
	return names ? { ...split, keptNames: names, names: namesInMemory } : split;
}

function namesInMemory(this: MemorySplit): readonly string[] {
	return this.keptNames ?? [];
}

// One function for all splits, so that a split with other labels is made by spreading.
function readFromMemory(this: MemorySplit, indices: ArrayLike<number>): Uint8Array {
	const imageBytes = this.count === 0 ? 0 : this.pixels.length / this.count;
	const read = new Uint8Array(indices.length * imageBytes);
	for (let position = 0; position < indices.length; position++) {
		const index = indices[position];
		if (!Number.isInteger(index) || index < 0 || index >= this.count) {
			throw new RangeError(`image: expected a number in [0, ${this.count}), got ${index}`);
		}
		read.set(this.pixels.subarray(index * imageBytes, (index + 1) * imageBytes), position * imageBytes);
	}
	return read;
}
