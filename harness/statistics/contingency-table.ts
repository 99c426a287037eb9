/** How often each pair of labels occurs in two labellings of the same items. Only pairs that occur are kept. */
export interface ContingencyTable {
	/** Items. */
	readonly total: number;
	/** Items of each label of the first labelling, by label. */
	readonly rowCounts: ReadonlyMap<number, number>;
	/** Items of each label of the second labelling, by label. */
	readonly columnCounts: ReadonlyMap<number, number>;
	/** Items of each pair that occurs. */
	readonly cells: readonly ContingencyCell[];
}

export interface ContingencyCell {
	/** Label in the first labelling. */
	readonly row: number;
	/** Label in the second labelling. */
	readonly column: number;
	/** Items with both, at least 1. */
	readonly count: number;
}

const increase = (counts: Map<number, number>, key: number): void => {
	counts.set(key, (counts.get(key) ?? 0) + 1);
};

function requireLabel(label: number, name: string, item: number): void {
	if (Number.isInteger(label) && label >= 0) return;
	throw new RangeError(`${name}[${item}]: expected a whole number from 0 on, got ${label}`);
}

/**
 * Cross-tabulates two labellings, clusters and classes say.
 *
 * @param first label of each item, whole numbers from 0 on; not every number need occur
 * @param second label of each item, in the same order
 * @throws RangeError for no items, different lengths, or a label that is negative or no whole number
 */
export function contingencyTable(first: ArrayLike<number>, second: ArrayLike<number>): ContingencyTable {
	const total = first.length;
	if (total === 0) throw new RangeError('labels: expected at least one item, got none');
	if (second.length !== total) {
		throw new RangeError(
			`labels: expected two labellings of equal length, got ${total} and ${second.length}`,
		);
	}
	const rowCounts = new Map<number, number>();
	const columnCounts = new Map<number, number>();
	const table = new Map<number, Map<number, number>>();
	for (let item = 0; item < total; item++) {
		const [row, column] = [first[item], second[item]];
		requireLabel(row, 'first', item);
		requireLabel(column, 'second', item);
		increase(rowCounts, row);
		increase(columnCounts, column);
		const cellsOfRow = table.get(row) ?? new Map<number, number>();
		increase(cellsOfRow, column);
		table.set(row, cellsOfRow);
	}
	const cells = [...table].flatMap(([row, counts]) =>
		[...counts].map(([column, count]) => ({ row, column, count })),
	);
	return { total, rowCounts, columnCounts, cells };
}
