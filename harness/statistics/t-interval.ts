import { mean, sampleStandardDeviation } from 'simple-statistics';
import { requireFinite } from './require-finite.ts';
import { studentTQuantile } from './student-t-quantile.ts';

export interface Interval {
	readonly low: number;
	readonly high: number;
}

/**
 * Two-sided confidence interval of the mean of normally distributed values, Student's t with n - 1 degrees of
 * freedom. A percentile bootstrap of three values covers the mean only three times in four; this one keeps its
 * promise at every n, but assumes normal values.
 *
 * @param confidence in (0, 1), default 0.95
 * @throws RangeError for fewer than two values, NaN or infinity
 */
export function tInterval(values: readonly number[], confidence = 0.95): Interval {
	requireFinite(values);
	if (values.length < 2) throw new RangeError(`values: expected at least two numbers, got ${values.length}`);
	const center = mean([...values]);
	const standardError = sampleStandardDeviation([...values]) / Math.sqrt(values.length);
	const margin = studentTQuantile(0.5 + confidence / 2, values.length - 1) * standardError;
	return { low: center - margin, high: center + margin };
}
