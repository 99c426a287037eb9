import { regularizedIncompleteBeta } from './regularized-incomplete-beta.ts';

// P(T > t) for t ≥ 0.
const upperTail = (t: number, degreesOfFreedom: number): number =>
	regularizedIncompleteBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5) / 2;

/**
 * The t with P(T ≤ t) = probability for Student's distribution, to about ten digits.
 *
 * @param probability in (0, 1)
 * @param degreesOfFreedom greater than 0; a whole number is not needed
 * @throws RangeError outside these ranges
 */
export function studentTQuantile(probability: number, degreesOfFreedom: number): number {
	if (!(probability > 0 && probability < 1)) {
		throw new RangeError(`probability: expected a number in (0, 1), got ${probability}`);
	}
	if (!(degreesOfFreedom > 0 && Number.isFinite(degreesOfFreedom))) {
		throw new RangeError(`degreesOfFreedom: expected a positive number, got ${degreesOfFreedom}`);
	}
	if (probability === 0.5) return 0;
	if (probability < 0.5) return -studentTQuantile(1 - probability, degreesOfFreedom);
	const tail = 1 - probability;
	let high = 1;
	while (upperTail(high, degreesOfFreedom) > tail) high *= 2;
	let low = high === 1 ? 0 : high / 2;
	// Bisection until neighbouring floating-point numbers are met.
	for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
		if (upperTail(middle, degreesOfFreedom) > tail) low = middle;
		else high = middle;
	}
	return high;
}
