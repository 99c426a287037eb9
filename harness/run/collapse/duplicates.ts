/** Images are compared at this size: the mean of each tile. */
const side = 8;
/** Root mean square difference, of values in [0, 1], below which two images look alike: 5 of 255. */
const alike = 5 / 255;

/**
 * An image made small enough to compare many: [8, 8, 3] means of its tiles.
 *
 * @param pixels [resolution, resolution, 3], row-major
 */
export function thumbnail(pixels: ArrayLike<number>, resolution: number): Float32Array {
	const small = new Float32Array(side * side * 3);
	const tile = resolution / side;
	for (let index = 0; index < pixels.length; index++) {
		const pixel = Math.floor(index / 3);
		const row = Math.floor(Math.floor(pixel / resolution) / tile);
		const column = Math.floor((pixel % resolution) / tile);
		small[(row * side + column) * 3 + (index % 3)] += pixels[index] / (tile * tile);
	}
	return small;
}

/**
 * Part of the images that look like another one of them, [0, 1]: a generator that gives the same few images for all
 * latents has collapsed, whatever its FID. A coarse measure, cheap enough for every evaluation: no features, no
 * training images.
 *
 * @param thumbnails of `thumbnail`
 */
export function duplicateRate(thumbnails: readonly Float32Array[]): number {
	const duplicated = new Set<number>();
	const limit = alike ** 2 * side * side * 3;
	for (let first = 0; first < thumbnails.length; first++) {
		for (let second = first + 1; second < thumbnails.length; second++) {
			let sum = 0;
			for (let index = 0; index < thumbnails[first].length && sum <= limit; index++) {
				sum += (thumbnails[first][index] - thumbnails[second][index]) ** 2;
			}
			if (sum <= limit) duplicated.add(first).add(second);
		}
	}
	return thumbnails.length === 0 ? 0 : duplicated.size / thumbnails.length;
}
