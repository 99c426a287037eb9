import type { Stream } from '../../tensor/random.ts';

// P(weight ≤ k) for Poisson(1), until float64 says 1.
const cumulative: readonly number[] = (() => {
	const bounds: number[] = [];
	let term = Math.exp(-1);
	for (let k = 0, sum = 0; sum + term > sum; k++, term /= k) {
		sum += term;
		bounds.push(sum);
	}
	return bounds;
})();

/**
 * Weights of one bootstrap replicate: how often each row is in it. Drawing n rows with replacement gives row
 * counts that are nearly independent Poisson(1) numbers; independent ones can be drawn while rows stream by
 * (Chamandy et al., 2012, "Estimating uncertainty for massive data streams").
 */
export function poissonWeights(stream: Stream, count: number): Float32Array {
	const weights = new Float32Array(count);
	for (let row = 0; row < count; row++) {
		const draw = stream.uniform();
		let weight = 0;
		while (draw >= cumulative[weight] && weight < cumulative.length - 1) weight += 1;
		weights[row] = weight;
	}
	return weights;
}
