/** Where one position of a k×k kernel comes to lie in a (k+1)×(k+1) one. */
export interface ShiftedPosition {
	/** Which of the four shifts: 2 · rows down + columns right, each 0 or 1. */
	readonly shift: number;
	/** Index into the k² positions, row by row. */
	readonly from: number;
	/** Index into the (k+1)² positions, row by row. */
	readonly to: number;
}

/**
 * All positions of a k×k kernel shifted by 0 or 1 rows down and columns right. A convolution with stride 2 and such a
 * kernel gives what the k×k kernel gives at one pixel of every 2×2.
 */
export function shiftedPositions(size: number): readonly ShiftedPosition[] {
	return Array.from({ length: 4 * size ** 2 }, (_, index) => {
		const shift = Math.floor(index / size ** 2);
		const from = index % size ** 2;
		const row = Math.floor(from / size) + Math.floor(shift / 2);
		const column = (from % size) + (shift % 2);
		return { shift, from, to: row * (size + 1) + column };
	});
}
