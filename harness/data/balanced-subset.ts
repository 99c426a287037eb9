import { UsageError } from '../errors.ts';
import type { Stream } from '../tensor/random.ts';

/** Indices of each class's images, in order. */
export function groupByClass(labels: Int32Array, classes: number): number[][] {
	const groups: number[][] = Array.from({ length: classes }, () => []);
	for (const [index, label] of labels.entries()) groups[label].push(index);
	return groups;
}

/**
 * Picks `count` images, one of each class in turn until a class has no more: as balanced as the labels allow.
 * For one stream, a smaller count gives a subset of a larger one.
 *
 * @param what what is counted, for the message: `train`, say
 * @returns indices in ascending order
 * @throws UsageError if there are fewer images, or the count leaves a class without any
 */
export function selectBalanced(
	labels: Int32Array,
	classes: number,
	count: number,
	stream: Stream,
	what: string,
): Uint32Array {
	if (!Number.isInteger(count) || count < classes || count > labels.length) {
		throw new UsageError(
			`data: ${what} images: expected a whole number from ${classes} (one a class) to ${labels.length} (all), got ${count}`,
			`give a number in that range, or none for all ${labels.length}`,
		);
	}
	const orders = groupByClass(labels, classes).map(group =>
		Array.from(stream.permutation(group.length), position => group[position]),
	);
	const chosen: number[] = [];
	for (let round = 0; chosen.length < count; round++) {
		for (const order of orders) {
			if (round < order.length && chosen.length < count) chosen.push(order[round]);
		}
	}
	return Uint32Array.from(chosen).sort();
}
