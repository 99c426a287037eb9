import type { Stream } from '../tensor/random.ts';

/**
 * Rows drawn without replacement, in ascending order; each set of rows is equally probable.
 *
 * @param count rows to draw from
 * @param size rows to draw, at most `count`
 * @throws RangeError if there are not enough rows
 */
export function sampleRows(stream: Stream, count: number, size: number): Uint32Array {
	if (!(size <= count)) throw new RangeError(`size: expected at most ${count} rows, got ${size}`);
	// The first steps of a Fisher-Yates shuffle.
	const order = Uint32Array.from({ length: count }, (_, index) => index);
	for (let index = 0; index < size; index++) {
		const other = index + stream.integer(count - index);
		const drawn = order[other];
		order[other] = order[index];
		order[index] = drawn;
	}
	return order.slice(0, size).sort();
}
