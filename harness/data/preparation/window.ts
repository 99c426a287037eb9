import type { Stream } from '../../tensor/random.ts';

/** The part of a picture that is used, in pixels of the picture. */
export interface Window {
	readonly top: number;
	readonly left: number;
	readonly height: number;
	readonly width: number;
}

/**
 * Which part of a picture is used.
 *
 * - `distorted`: a random square of 50 to 100 % of the area (compare_gan's training), see `drawDistortedSquare`
 * - `random`: a square of the shorter side, at random along the longer one (compare_gan's `random`)
 * - `centre`: the square of the shorter side in the middle (compare_gan's evaluation)
 * - `whole`: all of it, squashed to a square (compare_gan's `none`)
 */
export type Crop = 'distorted' | 'random' | 'centre' | 'whole';

/** The crops that draw random numbers. */
export const isRandomCrop = (crop: Crop): boolean => crop === 'distorted' || crop === 'random';

/**
 * The part of a picture of this size.
 *
 * @param stream drawn from by random crops only
 */
export function chooseWindow(crop: Crop, height: number, width: number, stream: Stream): Window {
	if (crop === 'whole') return { top: 0, left: 0, height, width };
	if (crop === 'distorted') return drawDistortedSquare(height, width, stream);
	const side = Math.min(height, width);
	const [down, right] = [height - side, width - side];
	// tf.random_crop: every offset, the last one included.
	const offset = (room: number): number =>
		crop === 'random' ? stream.integer(room + 1) : Math.floor(room / 2);
	return { top: offset(down), left: offset(right), height: side, width: side };
}

const attempts = 100;
const smallestPart = 0.5;
/** C's lrintf: halves go to the even neighbour. */
function roundHalfEven(value: number): number {
	const below = Math.floor(value);
	if (value - below !== 0.5) return Math.round(value);
	return below % 2 === 0 ? below : below + 1;
}

/**
 * A random square of 50 to 100 % of the picture's area, as TensorFlow's kernel `SampleDistortedBoundingBox` draws it
 * with aspect ratio 1 and no boxes: the side is uniform on the whole numbers from round(√(0.5 · h · w)) to
 * min(h, w, round(√(h · w))), in float32; the offset is uniform in [0, extent − side), its upper end excluded. If the
 * largest square has less than half of the area (sides of more than 2 : 1), the whole picture is used. The random
 * numbers themselves are those of the given stream, not of TensorFlow's generator.
 */
export function drawDistortedSquare(height: number, width: number, stream: Stream): Window {
	const area = height * width;
	const least = Math.fround(smallestPart * area);
	const most = Math.fround(area);
	const shortest = roundHalfEven(Math.fround(Math.sqrt(least)));
	const longest = Math.min(roundHalfEven(Math.fround(Math.sqrt(most))), height, width);
	for (let attempt = 0; attempt < attempts; attempt++) {
		let side = Math.min(shortest, longest);
		if (side < longest) side += stream.integer(longest - side + 1);
		// The kernel's correction of rounding.
		if (side * side < least) side += 1;
		if (side * side > most) side -= 1;
		if (side < 1 || side > height || side > width || side * side < least) continue;
		const top = side < height ? stream.integer(height - side) : 0;
		const left = side < width ? stream.integer(width - side) : 0;
		return { top, left, height: side, width: side };
	}
	return { top: 0, left: 0, height, width };
}
