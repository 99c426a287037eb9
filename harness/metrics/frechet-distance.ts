import { UsageError } from '../errors.ts';
import { type Float64Scope, type Float64Tensor, float64Scope } from '../tensor/float64.ts';
import type { FeatureStatistics } from './feature-statistics.ts';

// Rounding turns the zero eigenvalues of a singular covariance into small numbers of either sign; a negative one
// would make the root complex.
const clampedEigen = (scope: Float64Scope, matrix: Float64Tensor) => {
	const { values, vectors } = scope.eigenSymmetric(matrix);
	return { roots: scope.sqrt(scope.maximum(values, scope.scalar(0))), vectors };
};

/**
 * Fréchet distance of two Gaussians, ‖μ₁ - μ₂‖² + Tr(Σ₁ + Σ₂) - 2 Tr √(A Σ₂ A) with A = √Σ₁, in float64. This is
 * the symmetric form that TF-GAN uses (classifier_metrics, `trace_sqrt_product`); here the root is taken through
 * eigenvalues: with Σ₁ = V Λ Vᵀ and F = V √Λ the matrix Fᵀ Σ₂ F has the eigenvalues of A Σ₂ A at one product less.
 * Always a finite real number ≥ 0, also for singular covariances (fewer images than features, constant features).
 *
 * @throws UsageError if the two have different dimensions
 * @throws RangeError if the statistics are not finite
 */
export function frechetDistance(first: FeatureStatistics, second: FeatureStatistics): number {
	const { dimension } = first;
	if (second.dimension !== dimension) {
		throw new UsageError(
			`feature statistics: expected equal dimensions, got ${dimension} and ${second.dimension}`,
			'score both image sets with the same feature network',
		);
	}
	const distance = float64Scope(scope => {
		const matrix = (statistics: FeatureStatistics) =>
			scope.fromValues(statistics.covariance, [dimension, dimension]);
		const [firstCovariance, secondCovariance] = [matrix(first), matrix(second)];
		const shift = scope.subtract(
			scope.fromValues(first.mean, [dimension]),
			scope.fromValues(second.mean, [dimension]),
		);
		const meanTerm = scope.value(scope.sum(scope.multiply(shift, shift)));
		const traces = scope.value(scope.trace(scope.add(firstCovariance, secondCovariance)));
		const sum = scope.value(scope.sum(scope.add(firstCovariance, secondCovariance)));
		if (!Number.isFinite(meanTerm + sum)) {
			throw new RangeError('feature statistics: expected finite means and covariances');
		}
		const { roots, vectors } = clampedEigen(scope, firstCovariance);
		const factor = scope.multiply(vectors, roots); // F: column i is √λᵢ vᵢ
		const product = scope.matMul(scope.matMul(factor, secondCovariance, { transposeA: true }), factor);
		const traceOfRoot = scope.value(scope.sum(clampedEigen(scope, product).roots));
		return meanTerm + traces - 2 * traceOfRoot;
	});
	// Equal Gaussians end a rounding error to either side of zero.
	return Math.max(0, distance);
}
