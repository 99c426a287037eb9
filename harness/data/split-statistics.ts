import type { ImageSplit } from './data-set.ts';

export interface SplitStatistics {
	readonly count: number;
	/** Images of each class. */
	readonly perClass: readonly number[];
	/** Mean of red, green and blue in [0, 1] over all pixels. */
	readonly mean: readonly [number, number, number];
	/** Standard deviation of them, divisor n. */
	readonly std: readonly [number, number, number];
}

/** Images that are read at a time. */
const together = 256;

/**
 * Counts and pixel moments of a split. The sums are of whole numbers and exact.
 *
 * @param onProgress told of the images done
 */
export function splitStatistics(
	split: ImageSplit,
	classes: number,
	onProgress: (done: number) => void = () => {},
): SplitStatistics {
	const perClass = new Array<number>(classes).fill(0);
	for (const label of split.labels) perClass[label] += 1;
	const histograms = [0, 1, 2].map(() => new Float64Array(256));
	for (let from = 0; from < split.count; from += together) {
		const length = Math.min(together, split.count - from);
		const pixels = split.read(Uint32Array.from({ length }, (_, position) => from + position));
		for (let value = 0; value < pixels.length; value += 3) {
			histograms[0][pixels[value]] += 1;
			histograms[1][pixels[value + 1]] += 1;
			histograms[2][pixels[value + 2]] += 1;
		}
		onProgress(from + length);
	}
	const moments = histograms.map(histogram => {
		let [count, sum, squares] = [0, 0, 0];
		for (const [byte, times] of histogram.entries()) {
			count += times;
			sum += times * byte;
			squares += times * byte * byte;
		}
		const mean = sum / count;
		return { mean: mean / 255, std: Math.sqrt(Math.max(0, squares / count - mean * mean)) / 255 };
	});
	const [red, green, blue] = moments;
	return {
		count: split.count,
		perClass,
		mean: [red.mean, green.mean, blue.mean],
		std: [red.std, green.std, blue.std],
	};
}
