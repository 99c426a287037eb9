import { type Float64Tensor, float64Scope } from '../../tensor/float64.ts';
import { type FeatureSet, featureBatches } from '../feature-set.ts';
import type { Steps } from '../steps.ts';

export interface Standardization {
	/** d means. */
	readonly mean: Float64Array;
	/** d inverse standard deviations; 0 for a feature that never moves, which leaves it out. */
	readonly scale: Float64Array;
}

/** Mean and spread of each feature, in two readings: O(d) memory. A step is a batch. */
export function* standardizationSteps(set: FeatureSet): Steps<Standardization> {
	const { dimension, count } = set;
	function* columnSums(center: Float64Array | undefined): Steps<Float64Array> {
		const sums = new Float64Array(dimension);
		for (const { rows: batch } of featureBatches(set)) {
			yield;
			const found = float64Scope(scope => {
				const rows = scope.fromTensor(batch);
				if (!center) return scope.values(scope.sum(rows, { axes: [0] }));
				const moved: Float64Tensor = scope.subtract(rows, scope.fromValues(center, [1, dimension]));
				return scope.values(scope.sum(scope.multiply(moved, moved), { axes: [0] }));
			});
			for (let column = 0; column < dimension; column++) sums[column] += found[column];
		}
		return sums;
	}
	const mean = (yield* columnSums(undefined)).map(sum => sum / count);
	const scale = (yield* columnSums(mean)).map((sum, column) => {
		const deviation = Math.sqrt(sum / count);
		// Below this a feature moves by the rounding of its mean only.
		return deviation > 1e-12 * Math.abs(mean[column]) ? 1 / deviation : 0;
	});
	return { mean, scale };
}
