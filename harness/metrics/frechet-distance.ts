import { UsageError } from '../errors.ts';
import { disposeFloat64, type Float64Scope, type Float64Tensor, float64Scope } from '../tensor/float64.ts';
import type { FeatureStatistics } from './feature-statistics.ts';

/**
 * How the trace of the root of Σ₁Σ₂ is taken. All agree where both covariances have full rank and no tiny
 * eigenvalues.
 * - `exact`: the mathematical value; eigenvalues beyond the possible rank are rounding and count as zero. What
 *   SciPy's `sqrtm` (TTUR, pytorch-fid, clean-fid, StudioGAN) and the eigenvalues of Σ₁Σ₂ (torch-fidelity) give
 *   up to their rounding.
 * - `tfgan`: eigenvalues of Σ₁ and of the product below 1e-10 are left without root, as in TF-GAN's
 *   `_symmetric_matrix_square_root` (classifier_metrics). Moves scores of rank-deficient covariances only, by at
 *   most 4 · d · 1e-5.
 */
export type TraceRule = 'exact' | 'tfgan';

export interface FrechetOptions {
	/** Default `exact`. */
	readonly traceRule?: TraceRule;
}

export interface FrechetScore {
	/** The squared Fréchet (2-Wasserstein) distance that papers call FID, ≥ 0. */
	readonly distance: number;
	/** What a reader of the score must know, in sentences; empty if nothing. */
	readonly warnings: readonly string[];
}

/** One side of many comparisons, its covariance factorised once. */
export interface FrechetReference {
	/** @throws UsageError for another dimension or no covariance; RangeError for statistics that are not finite */
	distanceTo(other: FeatureStatistics): FrechetScore;
	dispose(): void;
}

/** F with F Fᵀ = covariance, [d, r], and the number of columns that are more than rounding. */
interface Factor {
	readonly matrix: Float64Tensor;
	readonly rank: number;
}

const tfganThreshold = 1e-10;
// Rounding, also that of covariances in float32, leaves eigenvalues of 1e-7 of the norm, of either sign.
const clearlyNegative = -1e-4;

// Statistics that other tools wrote come without a count: 0.
const possibleRank = ({ count, dimension }: FeatureStatistics): number =>
	count === 0 ? dimension : Math.min(dimension, count - 1);

const eigenvalues = (scope: Float64Scope, matrix: Float64Tensor): Float64Array => {
	// Without vectors: a fifth of the time.
	const [values] = scope.execute(
		'SelfAdjointEigV2',
		[matrix],
		[
			{ name: 'T', type: 'float64' },
			{ name: 'compute_v', bool: false },
		],
		2,
	);
	return scope.values(values);
};

const covarianceOf = (scope: Float64Scope, { dimension, covariance }: FeatureStatistics): Float64Tensor =>
	scope.fromValues(covariance, [dimension, dimension]);

/** Frobenius norm. */
const normOf = ({ covariance }: FeatureStatistics): number =>
	Math.sqrt(covariance.reduce((sum, value) => sum + value ** 2, 0));

/**
 * @param smallest eigenvalue of a covariance, or of the product with another one
 * @param norm of the covariance, or the product of both norms
 * @throws UsageError if no rounding explains it: a distance would be a number without meaning
 */
function requireNoNegative(smallest: number, norm: number): void {
	if (!(smallest < clearlyNegative * norm)) return;
	throw new UsageError(
		`feature statistics: expected covariances, which have no negative eigenvalues, got a matrix with eigenvalues down to about ${(smallest / norm).toPrecision(2)} of its norm`,
		'the statistics of one side are damaged or something else: compute them again',
	);
}

/** The Cholesky factor, or undefined where the covariance is not (or cannot be) positive definite. */
function choleskyFactor(
	scope: Float64Scope,
	matrix: Float64Tensor,
	statistics: FeatureStatistics,
	rule: TraceRule,
): Factor | undefined {
	const { dimension } = statistics;
	// TensorFlow warns on stderr when it fails: do not try what must fail.
	if (possibleRank(statistics) < dimension) return undefined;
	if (statistics.covariance.some((value, index) => index % (dimension + 1) === 0 && value <= 0))
		return undefined;
	// TF-GAN's rule looks at eigenvalues, which a Cholesky factor does not show.
	if (rule === 'tfgan' && eigenvalues(scope, matrix)[0] < tfganThreshold) return undefined;
	const factor = scope.cholesky(matrix);
	const [diagonal] = scope.execute('MatrixDiagPart', [factor], [{ name: 'T', type: 'float64' }]);
	const pivots = scope.values(diagonal);
	const largest = Math.max(...pivots);
	// NaN where TensorFlow gave up; a singular matrix may also pass, with pivots that are rounding.
	const definite = pivots.every(pivot => pivot ** 2 > dimension * Number.EPSILON * largest ** 2);
	return definite ? { matrix: factor, rank: dimension } : undefined;
}

/** V √Λ through eigenvectors: slower than Cholesky, but also for singular covariances. */
function eigenFactor(scope: Float64Scope, matrix: Float64Tensor, norm: number, rule: TraceRule): Factor {
	const { values, vectors } = scope.eigenSymmetric(matrix);
	const spectrum = scope.values(values);
	requireNoNegative(spectrum[0], norm);
	// Zero eigenvalues come out as rounding of this size, of either sign.
	const negligible = rule === 'tfgan' ? 0 : spectrum.length * Number.EPSILON * spectrum[spectrum.length - 1];
	let rank = 0;
	const roots = spectrum.map(value => {
		if (value <= negligible) return 0;
		rank += 1;
		return rule === 'tfgan' && value < tfganThreshold ? value : Math.sqrt(value);
	});
	return { matrix: scope.multiply(vectors, scope.fromValues(roots, [1, roots.length])), rank };
}

/**
 * Tr √(Fᵀ Σ F): with F Fᵀ = Σ₁ the eigenvalues are those of √Σ₁ Σ₂ √Σ₁, real and ≥ 0.
 *
 * @param norms product of the norms of both covariances
 */
function traceOfRoot(
	scope: Float64Scope,
	factor: Factor,
	covariance: Float64Tensor,
	rank: number,
	norms: number,
	rule: TraceRule,
): number {
	const product = scope.matMul(scope.matMul(factor.matrix, covariance, { transposeA: true }), factor.matrix);
	const spectrum = eigenvalues(scope, product); // ascending
	// Negative beyond rounding only if the other matrix is no covariance.
	requireNoNegative(spectrum[0], norms);
	let trace = 0;
	for (const value of spectrum.subarray(spectrum.length - Math.min(factor.rank, rank))) {
		if (value > 0) trace += rule === 'tfgan' && value < tfganThreshold ? value : Math.sqrt(value);
	}
	return trace;
}

function requireFiniteStatistics({ mean, covariance }: FeatureStatistics): void {
	if (![mean, covariance].every(values => values.every(value => Number.isFinite(value)))) {
		throw new RangeError('feature statistics: expected finite means and covariances');
	}
}

/** One sentence for each side whose covariance cannot have full rank. */
function rankWarnings(sides: readonly FeatureStatistics[]): string[] {
	return sides
		.filter(side => possibleRank(side) < side.dimension)
		.map(({ count, dimension }) => {
			const covariance =
				count === 1
					? 'one image shows no spread, so its covariance is taken as zero'
					: `${count} images give a covariance of rank ${count - 1} at most over ${dimension} features`;
			return `${covariance}: the distance is finite, but strongly biased; use more than ${dimension} images`;
		});
}

const traceOf = ({ covariance, dimension }: FeatureStatistics): number => {
	let trace = 0;
	for (let index = 0; index < dimension; index++) trace += covariance[index * (dimension + 1)];
	return trace;
};

/**
 * Prepares one side, so that each further comparison costs two products and the eigenvalues of a symmetric
 * matrix. With `tfgan` this side is Σ₁, the one whose root is taken: the real images in TF-GAN's code.
 *
 * @throws RangeError if the statistics are not finite
 */
export function createFrechetReference(
	reference: FeatureStatistics,
	options: FrechetOptions = {},
): FrechetReference {
	const { traceRule = 'exact' } = options;
	const { dimension } = reference;
	requireFiniteStatistics(reference);
	let cholesky = float64Scope(scope => {
		const factor = choleskyFactor(scope, covarianceOf(scope, reference), reference, traceRule);
		if (factor) scope.keep(factor.matrix);
		return factor;
	});
	let eigen: Factor | undefined;
	const norm = normOf(reference);

	const crossTrace = (other: FeatureStatistics): number =>
		float64Scope(scope => {
			const own = () => covarianceOf(scope, reference);
			const theirs = covarianceOf(scope, other);
			const norms = norm * normOf(other);
			const rank = traceRule === 'exact' ? Math.min(possibleRank(reference), possibleRank(other)) : dimension;
			if (cholesky) return traceOfRoot(scope, cholesky, theirs, rank, norms, traceRule);
			// The distance is symmetric: the other side's factor does as well, TF-GAN's rule apart.
			const otherFactor = traceRule === 'tfgan' ? undefined : choleskyFactor(scope, theirs, other, traceRule);
			if (otherFactor) return traceOfRoot(scope, otherFactor, own(), rank, norms, traceRule);
			if (!eigen) {
				eigen = eigenFactor(scope, own(), norm, traceRule);
				scope.keep(eigen.matrix);
			}
			return traceOfRoot(scope, eigen, theirs, rank, norms, traceRule);
		});

	return {
		distanceTo(other) {
			if (other.dimension !== dimension) {
				throw new UsageError(
					`feature statistics: expected equal dimensions, got ${dimension} and ${other.dimension}`,
					'score both image sets with the same feature network',
				);
			}
			requireFiniteStatistics(other);
			let meanTerm = 0;
			for (let index = 0; index < dimension; index++) {
				meanTerm += (reference.mean[index] - other.mean[index]) ** 2;
			}
			const distance = meanTerm + traceOf(reference) + traceOf(other) - 2 * crossTrace(other);
			// Equal Gaussians end a rounding error to either side of zero.
			return { distance: Math.max(0, distance), warnings: rankWarnings([reference, other]) };
		},
		dispose() {
			for (const factor of [cholesky, eigen]) if (factor) disposeFloat64(factor.matrix);
			cholesky = undefined;
			eigen = undefined;
		},
	};
}

/**
 * Fréchet distance of two Gaussians, ‖μ₁ - μ₂‖² + Tr(Σ₁ + Σ₂) - 2 Tr √(A Σ₂ A) with A = √Σ₁ (arXiv 1706.08500,
 * equation 6), in float64, and what must be said about it. With any factor F Fᵀ = Σ₁ the matrix Fᵀ Σ₂ F has the
 * eigenvalues of A Σ₂ A: F is the Cholesky factor where there is one, of either side, otherwise V √Λ. Always a
 * finite real number ≥ 0, also for singular covariances (fewer images than features, constant features, one image).
 *
 * @throws UsageError if the two have different dimensions, or one matrix is no covariance
 * @throws RangeError if the statistics are not finite
 */
export function frechetScore(
	first: FeatureStatistics,
	second: FeatureStatistics,
	options: FrechetOptions = {},
): FrechetScore {
	const reference = createFrechetReference(first, options);
	try {
		return reference.distanceTo(second);
	} finally {
		reference.dispose();
	}
}

/** The distance of `frechetScore` alone. */
export function frechetDistance(
	first: FeatureStatistics,
	second: FeatureStatistics,
	options: FrechetOptions = {},
): number {
	return frechetScore(first, second, options).distance;
}
