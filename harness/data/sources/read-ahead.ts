/** Reads that are under way at once: hides the delay of a network disk, and holds a few pictures at most. */
const defaultDepth = 8;

/**
 * Results of `read` in the order of the items, some of them begun before they are asked for. Leaving the loop early
 * waits for those and drops them.
 *
 * @throws the first error of `read`, in the order of the items
 */
export async function* readAhead<Item, Result>(
	items: Iterable<Item>,
	read: (item: Item) => Promise<Result>,
	depth = defaultDepth,
): AsyncGenerator<Result> {
	const waiting = items[Symbol.iterator]();
	const begun: Promise<Result>[] = [];
	const beginNext = (): void => {
		const next = waiting.next();
		if (next.done) return;
		const result = read(next.value);
		// Awaited below, perhaps after it has failed: until then the failure is nobody's.
		result.catch(() => {});
		begun.push(result);
	};
	try {
		for (let count = 0; count < depth; count++) beginNext();
		for (let first = begun.shift(); first; first = begun.shift()) {
			const result = await first;
			beginNext();
			yield result;
		}
	} finally {
		await Promise.allSettled(begun);
	}
}
