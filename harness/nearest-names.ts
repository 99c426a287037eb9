/** Number of single-letter insertions, deletions and replacements that turn one text into the other. */
function editDistance(first: string, second: string): number {
	let previous = Array.from({ length: second.length + 1 }, (_, column) => column);
	for (let row = 1; row <= first.length; row++) {
		const current = [row];
		for (let column = 1; column <= second.length; column++) {
			const replaced = previous[column - 1] + (first[row - 1] === second[column - 1] ? 0 : 1);
			current.push(Math.min(replaced, previous[column] + 1, current[column - 1] + 1));
		}
		previous = current;
	}
	return previous[second.length];
}

/** Up to three names that a person may have meant, nearest first; empty if none is near. */
export function nearestNames(wanted: string, names: readonly string[]): string[] {
	const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/gu, '');
	return names
		.map(name => ({ name, distance: editDistance(plain(wanted), plain(name)) }))
		.filter(({ name, distance }) => distance <= Math.max(2, Math.floor(name.length / 3)))
		.sort((first, second) => first.distance - second.distance)
		.slice(0, 3)
		.map(({ name }) => name);
}
