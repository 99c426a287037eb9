import { type PillowFilter, pillowCoefficients, type ResizeCoefficients } from './pillow-coefficients.ts';

/** Interleaved channels of one image: row, column, channel. */
export interface Raster<Pixels extends Uint8Array | Float32Array = Uint8Array | Float32Array> {
	readonly height: number;
	readonly width: number;
	readonly pixels: Pixels;
}

const channels = 3;

/** How values pass through one axis: `float32` keeps fractions, `uint8` works in Pillow's fixed point. */
interface Arithmetic<Pixels extends Uint8Array | Float32Array> {
	allocate(length: number): Pixels;
	weights(coefficients: ResizeCoefficients): Float64Array | Int32Array;
	/** Start of each sum. */
	readonly bias: number;
	finish(sum: number): number;
}

const floating: Arithmetic<Float32Array> = {
	allocate: length => new Float32Array(length),
	weights: coefficients => coefficients.weights,
	bias: 0,
	finish: sum => sum,
};

// 8 bits of result, 2 of headroom for the overshoot of the cubic, the rest of an int32 for the fraction.
const fractionBits = 32 - 8 - 2;

const fixedPoint: Arithmetic<Uint8Array> = {
	allocate: length => new Uint8Array(length),
	weights: ({ weights }) =>
		Int32Array.from(weights, weight => Math.trunc((weight < 0 ? -0.5 : 0.5) + weight * 2 ** fractionBits)),
	bias: 2 ** (fractionBits - 1),
	finish: sum => Math.min(255, Math.max(0, sum >> fractionBits)),
};

function resizeColumns<Pixels extends Uint8Array | Float32Array>(
	{ height, width, pixels }: Raster,
	coefficients: ResizeCoefficients,
	{ allocate, weights: weightsOf, bias, finish }: Arithmetic<Pixels>,
): Raster<Pixels> {
	const { outputSize, windowSize, starts, lengths } = coefficients;
	const weights = weightsOf(coefficients);
	const result = allocate(height * outputSize * channels);
	let target = 0;
	for (let row = 0; row < height; row++) {
		for (let position = 0; position < outputSize; position++) {
			const first = (row * width + starts[position]) * channels;
			const firstWeight = position * windowSize;
			for (let channel = 0; channel < channels; channel++) {
				let sum = bias;
				for (let index = 0; index < lengths[position]; index++) {
					sum += pixels[first + index * channels + channel] * weights[firstWeight + index];
				}
				result[target++] = finish(sum);
			}
		}
	}
	return { height, width: outputSize, pixels: result };
}

function resizeRows<Pixels extends Uint8Array | Float32Array>(
	{ width, pixels }: Raster,
	coefficients: ResizeCoefficients,
	{ allocate, weights: weightsOf, bias, finish }: Arithmetic<Pixels>,
): Raster<Pixels> {
	const { outputSize, windowSize, starts, lengths } = coefficients;
	const weights = weightsOf(coefficients);
	const rowLength = width * channels;
	const result = allocate(outputSize * rowLength);
	const sums = new Float64Array(rowLength);
	for (let position = 0; position < outputSize; position++) {
		// Row by row, so that memory is read in order; each sum still adds its terms from the first row to the last.
		sums.fill(bias);
		for (let index = 0; index < lengths[position]; index++) {
			const weight = weights[position * windowSize + index];
			const first = (starts[position] + index) * rowLength;
			for (let offset = 0; offset < rowLength; offset++) sums[offset] += pixels[first + offset] * weight;
		}
		const target = position * rowLength;
		for (let offset = 0; offset < rowLength; offset++) result[target + offset] = finish(sums[offset]);
	}
	return { height: outputSize, width, pixels: result };
}

function resizeBothAxes<Pixels extends Uint8Array | Float32Array>(
	image: Raster,
	filter: PillowFilter,
	size: number,
	arithmetic: Arithmetic<Pixels>,
): Raster {
	// As Pillow before version 13, which the tools' published numbers come from: columns first, whatever the shape.
	// Later ones take the rows of tall images first (python-pillow#9549). An axis that keeps its extent is not touched.
	const narrowed =
		image.width === size
			? image
			: resizeColumns(image, pillowCoefficients(filter, image.width, size), arithmetic);
	return narrowed.height === size
		? narrowed
		: resizeRows(narrowed, pillowCoefficients(filter, narrowed.height, size), arithmetic);
}

/**
 * Resizes an RGB image to a square as Pillow does with each channel in its mode `F`, bit for bit: sums in double
 * precision, float32 between the two passes, nothing clipped (the cubic overshoots [0, 255]).
 *
 * @param image pixels in [0, 255], bytes or floats
 * @param size height and width of the result in pixels
 * @returns size² · 3 floats
 */
export function resizeToFloats(image: Raster, filter: PillowFilter, size: number): Float32Array {
	return Float32Array.from(resizeBothAxes(image, filter, size, floating).pixels);
}

/**
 * Resizes an RGB image of bytes to a square as Pillow does in its mode `RGB`, bit for bit: fixed-point weights,
 * rounded and clipped to bytes after each of the two passes.
 *
 * @param size height and width of the result in pixels
 * @returns size² · 3 bytes
 */
export function resizeToBytes(image: Raster<Uint8Array>, filter: PillowFilter, size: number): Uint8Array {
	return Uint8Array.from(resizeBothAxes(image, filter, size, fixedPoint).pixels);
}
