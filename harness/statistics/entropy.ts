/**
 * Entropy in nats of the distribution that counts or weights stand for: -Σ p log p with p = count / Σ count.
 *
 * @param counts finite, not negative, not all zero; zeros contribute nothing
 * @throws RangeError outside these ranges
 */
export function entropy(counts: Iterable<number>): number {
	let total = 0;
	let weighted = 0;
	for (const count of counts) {
		if (!(count >= 0 && Number.isFinite(count))) {
			throw new RangeError(`counts: expected finite numbers from 0 on, got ${count}`);
		}
		total += count;
		if (count > 0) weighted += count * Math.log(count);
	}
	if (total === 0) throw new RangeError('counts: expected one above 0, got none');
	// Rounding may leave a single count a hair below zero.
	return Math.max(0, Math.log(total) - weighted / total);
}
