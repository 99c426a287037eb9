/**
 * Lets only numbers in that a statistic can be computed from. Without this, sorting puts NaN anywhere and a
 * median of bad runs looks like a plausible score.
 *
 * @throws RangeError if there are no values, or naming the position of the first NaN or infinity
 */
export function requireFinite(values: readonly number[]): void {
	if (values.length === 0) throw new RangeError('values: expected at least one number, got none');
	const position = values.findIndex(value => !Number.isFinite(value));
	if (position !== -1) {
		throw new RangeError(`values[${position}]: expected a finite number, got ${values[position]}`);
	}
}
