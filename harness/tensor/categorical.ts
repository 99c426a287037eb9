import type { Stream } from './random.ts';

/**
 * Makes a function that draws labels from a distribution, p(y) of the fakes for instance: CLUSTERING draws
 * the labels of its fakes from the histogram of the clusters, where the other methods draw them uniformly.
 * One uniform number of the stream a draw, by inverse CDF, so that draws can be made again. A label of weight
 * 0 is never drawn.
 *
 * @param histogram weight of each label 0 … length - 1: counts or probabilities, finite, not negative, not
 * all zero
 * @returns a function from a stream to a label in [0, histogram.length)
 * @throws RangeError outside these ranges
 */
export function labelSampler(histogram: ArrayLike<number>): (stream: Stream) => number {
	const upTo = new Float64Array(histogram.length);
	let total = 0;
	let last = -1;
	for (let label = 0; label < histogram.length; label++) {
		const weight = histogram[label];
		if (!(weight >= 0 && Number.isFinite(weight))) {
			throw new RangeError(`histogram[${label}]: expected a finite number from 0 on, got ${weight}`);
		}
		total += weight;
		upTo[label] = total;
		if (weight > 0) last = label;
	}
	if (last === -1) throw new RangeError('histogram: expected a weight above 0, got none');
	return stream => {
		const target = stream.uniform() * total;
		// The first label whose cumulated weight is above the target; rounding may put the target at the very end.
		let low = 0;
		let high = last;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if (upTo[middle] > target) high = middle;
			else low = middle + 1;
		}
		return low;
	};
}
