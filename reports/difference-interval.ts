import { studentTQuantile } from '../harness/statistics/student-t-quantile.ts';
import type { Interval } from '../harness/statistics/t-interval.ts';

/** Mean and spread of normally distributed values. */
export interface Sample {
	/** Number of values. */
	readonly n: number;
	readonly mean: number;
	/** Standard deviation with divisor n - 1; 0 for a number taken as exact. */
	readonly sampleStd: number;
}

/**
 * Confidence interval of the difference of two means, ours - theirs, with unequal variances (Welch 1947): Student's
 * t with the Welch-Satterthwaite degrees of freedom. A sample of spread 0 counts as an exact number.
 *
 * @param confidence in (0, 1), default 0.95
 * @throws RangeError for a sample with spread and fewer than two values
 */
export function differenceInterval(ours: Sample, theirs: Sample, confidence = 0.95): Interval {
	const difference = ours.mean - theirs.mean;
	const parts = [ours, theirs].filter(({ sampleStd }) => sampleStd > 0);
	for (const { n } of parts) {
		if (n < 2) throw new RangeError(`n: expected at least 2 values of a sample with spread, got ${n}`);
	}

	const variances = parts.map(({ n, sampleStd }) => sampleStd ** 2 / n);
	const variance = variances.reduce((sum, part) => sum + part, 0);
	if (variance === 0) {
		return { low: difference, high: difference };
	}

	const degreesOfFreedom =
		variance ** 2 / variances.reduce((sum, part, index) => sum + part ** 2 / (parts[index]!.n - 1), 0);
	const halfWidth = studentTQuantile((1 + confidence) / 2, degreesOfFreedom) * Math.sqrt(variance);
	return { low: difference - halfWidth, high: difference + halfWidth };
}

/** The divisor n - 1 form of a standard deviation that was printed with divisor n. */
export function sampleStdFromPopulation(populationStd: number, n: number): number {
	return populationStd * Math.sqrt(n / (n - 1));
}
