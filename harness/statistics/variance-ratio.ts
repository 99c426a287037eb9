import { regularizedIncompleteBeta } from './regularized-incomplete-beta.ts';

/** Standard deviation, divisor n - 1, of n values. */
export interface Spread {
	readonly n: number;
	readonly sampleStd: number;
}

/**
 * P-value of the one-sided F test whether values vary more than a reference does: the chance of a ratio of variances
 * at least as large if both came from one normal distribution.
 *
 * @returns a number in [0, 1]; 0 if only the reference does not vary, 1 if neither does
 * @throws RangeError for fewer than two values, or a negative or missing spread
 */
export function variesMoreP(values: Spread, reference: Spread): number {
	for (const { n, sampleStd } of [values, reference]) {
		if (!Number.isInteger(n) || n < 2) throw new RangeError(`n: expected at least 2 values, got ${n}`);
		if (!(sampleStd >= 0 && Number.isFinite(sampleStd))) {
			throw new RangeError(`sampleStd: expected a finite number of at least 0, got ${sampleStd}`);
		}
	}

	if (values.sampleStd === 0) return 1;
	if (reference.sampleStd === 0) return 0;
	const [above, below] = [values.n - 1, reference.n - 1];
	const ratio = (values.sampleStd / reference.sampleStd) ** 2;
	// P(F > ratio) as a tail of the beta distribution, DLMF 8.17.
	return regularizedIncompleteBeta(below / (below + above * ratio), below / 2, above / 2);
}
