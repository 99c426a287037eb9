import { errorFunction, gammaln } from 'simple-statistics';
import { studentTQuantile } from './student-t-quantile.ts';

export interface DetectableDifferenceOptions {
	/** Sizes of the two samples, 2 or more each. */
	readonly counts: readonly [number, number];
	/** Standard deviation of the values, the same in both samples; the unit of the result. */
	readonly sampleStd: number;
	/** Two-sided chance of a false alarm, default 0.05. */
	readonly alpha?: number;
	/** Chance to notice a difference of the returned size, default 0.8. */
	readonly power?: number;
}

/**
 * The smallest true difference of two means that a two-sided t test at these sample sizes notices with the given
 * power: what a comparison could have seen at all. Of 3 seeds against 3 it is 3.07 standard deviations.
 *
 * @throws RangeError for sizes below 2, a negative or missing spread, or probabilities outside (0, 1)
 */
export function smallestDetectableDifference(options: DetectableDifferenceOptions): number {
	const { counts, sampleStd, alpha = 0.05, power = 0.8 } = options;
	for (const count of counts) {
		if (!Number.isInteger(count) || count < 2) {
			throw new RangeError(`counts: expected whole numbers of at least 2, got ${counts.join(' and ')}`);
		}
	}

	if (!(sampleStd >= 0 && Number.isFinite(sampleStd))) {
		throw new RangeError(`sampleStd: expected a finite number of at least 0, got ${sampleStd}`);
	}

	if (!(alpha > 0 && alpha < 1 && power > alpha && power < 1)) {
		throw new RangeError(`expected 0 < alpha < power < 1, got alpha ${alpha}, power ${power}`);
	}

	const [first, second] = counts;
	const degreesOfFreedom = first + second - 2;
	const critical = studentTQuantile(1 - alpha / 2, degreesOfFreedom);
	const powerAt = (shift: number): number =>
		upperTail(critical, degreesOfFreedom, shift) + upperTail(critical, degreesOfFreedom, -shift);
	let high = 1;
	while (powerAt(high) < power) high *= 2;
	let low = 0;
	for (let step = 0; step < 60; step++) {
		const middle = (low + high) / 2;
		if (powerAt(middle) < power) low = middle;
		else high = middle;
	}

	return high * sampleStd * Math.sqrt(1 / first + 1 / second);
}

/**
 * P((Z + shift) / S > t), Z standard normal, S the root of a chi-square over its degrees of freedom: the tail of the
 * noncentral t distribution, by Simpson's rule over S.
 */
function upperTail(t: number, degreesOfFreedom: number, shift: number): number {
	const half = degreesOfFreedom / 2;
	const logConstant = Math.log(2) + half * Math.log(half) - gammaln(half);
	const integrand = (s: number): number =>
		s === 0 && degreesOfFreedom > 1
			? 0
			: Math.exp(logConstant + (degreesOfFreedom - 1) * Math.log(s) - half * s * s) *
				normalDistribution(shift - t * s);
	// Beyond ten standard deviations of S, which are about 1/√(2ν), there is nothing.
	const end = 1 + 10 / Math.sqrt(2 * degreesOfFreedom);
	const intervals = 2000;
	const width = end / intervals;
	let sum = integrand(0) + integrand(end);
	for (let index = 1; index < intervals; index++) sum += integrand(index * width) * (index % 2 === 0 ? 2 : 4);
	return (sum * width) / 3;
}

/** P(Z ≤ z) for the standard normal distribution, to about seven digits. */
const normalDistribution = (z: number): number => (1 + errorFunction(z / Math.SQRT2)) / 2;
