/** Filters of Pillow's `Image.resize` that metric tools use. */
export type PillowFilter = 'bilinear' | 'bicubic';

/** For each output position, the window of input positions that it reads, and their weights. */
export interface ResizeCoefficients {
	readonly inputSize: number;
	readonly outputSize: number;
	/** Room for the weights of one output position. */
	readonly windowSize: number;
	/** First input position of each output position. */
	readonly starts: Int32Array;
	/** Number of input positions of each output position, at most `windowSize`. */
	readonly lengths: Int32Array;
	/** outputSize · windowSize weights; those of one output position sum to 1. */
	readonly weights: Float64Array;
}

function triangle(distance: number): number {
	const x = Math.abs(distance);
	return x < 1 ? 1 - x : 0;
}

// Keys' cubic convolution with a = -0.5, each polynomial in Pillow's order of operations.
function cubic(distance: number): number {
	const a = -0.5;
	const x = Math.abs(distance);
	if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
	return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

const filters = {
	bilinear: { support: 1, weigh: triangle },
	bicubic: { support: 2, weigh: cubic },
} as const;

/**
 * Weights of Pillow's resize along one axis: the filter is stretched by the scale when an image shrinks, so that
 * every input pixel counts (antialiasing), and windows at the border are cut and renormalised. Double precision in
 * Pillow's order of operations, which gives its weights bit for bit.
 *
 * Source: Pillow, `src/libImaging/Resample.c`, precompute_coeffs.
 *
 * @param inputSize extent in pixels, at least 1
 * @param outputSize extent in pixels, at least 1
 */
export function pillowCoefficients(
	filter: PillowFilter,
	inputSize: number,
	outputSize: number,
): ResizeCoefficients {
	const { support: unscaledSupport, weigh } = filters[filter];
	const scale = inputSize / outputSize;
	const filterScale = Math.max(scale, 1);
	const support = unscaledSupport * filterScale;
	const windowSize = Math.ceil(support) * 2 + 1;
	const inverse = 1 / filterScale;
	const starts = new Int32Array(outputSize);
	const lengths = new Int32Array(outputSize);
	const weights = new Float64Array(outputSize * windowSize);
	for (let position = 0; position < outputSize; position++) {
		const center = (position + 0.5) * scale;
		const start = Math.max(0, Math.trunc(center - support + 0.5));
		const length = Math.min(inputSize, Math.trunc(center + support + 0.5)) - start;
		const window = weights.subarray(position * windowSize, position * windowSize + length);
		let sum = 0;
		for (let index = 0; index < length; index++) {
			window[index] = weigh((index + start - center + 0.5) * inverse);
			sum += window[index];
		}
		if (sum !== 0) for (let index = 0; index < length; index++) window[index] /= sum;
		starts[position] = start;
		lengths[position] = length;
	}
	return { inputSize, outputSize, windowSize, starts, lengths, weights };
}
