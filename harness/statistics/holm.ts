/**
 * Holm's step-down correction (Holm 1979): p-values adjusted so that, refusing every hypothesis with an adjusted
 * value of at most α, the chance of even one false refusal is at most α, however the tests depend on each other.
 *
 * @param pValues each in [0, 1], in any order
 * @returns adjusted values in the order of the input, each in [0, 1] and at least the given one
 * @throws RangeError for a value outside [0, 1] or NaN
 */
export function holm(pValues: readonly number[]): number[] {
	for (const [index, p] of pValues.entries()) {
		if (!(p >= 0 && p <= 1)) throw new RangeError(`pValues[${index}]: expected a number in [0, 1], got ${p}`);
	}

	const order = pValues.map((_, index) => index).sort((a, b) => pValues[a]! - pValues[b]!);
	const adjusted = new Array<number>(pValues.length);
	let largest = 0;
	for (const [rank, index] of order.entries()) {
		largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[index]!));
		adjusted[index] = largest;
	}

	return adjusted;
}
