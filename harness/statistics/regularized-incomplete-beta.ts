import { gammaln } from 'simple-statistics';

// Modified Lentz evaluation of the continued fraction (DLMF 8.17.22).
function continuedFraction(x: number, a: number, b: number): number {
	const tiny = 1e-300;
	const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
	let c = 1;
	let d = 1 / away(1 - ((a + b) * x) / (a + 1));
	let result = d;
	for (let m = 1; m <= 10_000; m++) {
		const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
		const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
		for (const coefficient of [even, odd]) {
			d = 1 / away(1 + coefficient * d);
			c = away(1 + coefficient / c);
			result *= c * d;
		}
		if (Math.abs(c * d - 1) < 1e-16) break;
	}
	return result;
}

/**
 * I_x(a, b), the distribution function of the beta distribution, to about twelve digits for a and b up to some
 * thousands. Source: DLMF 8.17.
 *
 * @param x in [0, 1]
 * @param a greater than 0
 * @param b greater than 0
 * @throws RangeError outside these ranges
 */
export function regularizedIncompleteBeta(x: number, a: number, b: number): number {
	if (!(x >= 0 && x <= 1)) throw new RangeError(`x: expected a number in [0, 1], got ${x}`);
	if (!(a > 0)) throw new RangeError(`a: expected a positive number, got ${a}`);
	if (!(b > 0)) throw new RangeError(`b: expected a positive number, got ${b}`);
	if (x === 0 || x === 1) return x;
	// The fraction converges fast only left of the mean.
	if (x > (a + 1) / (a + b + 2)) return 1 - regularizedIncompleteBeta(1 - x, b, a);
	const logFront = gammaln(a + b) - gammaln(a) - gammaln(b) + a * Math.log(x) + b * Math.log1p(-x);
	return (Math.exp(logFront) * continuedFraction(x, a, b)) / a;
}
