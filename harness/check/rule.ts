import type { Grid } from '../run/records.ts';
import { percentage } from '../run/run-folder.ts';
import type { GridContents } from './read-grid.ts';
import type { RuleName } from './rule-names.ts';

/** One departure from a rule, or one thing that could not be checked. */
export interface Violation {
	/** Folder of the run, or the cell. */
	readonly place: string;
	/** What a waiver can name the place by. */
	readonly where: { readonly method: string; readonly labelFraction: number | null } & Partial<
		Pick<Grid['runs'][number], 'seed' | 'runId'>
	>;
	readonly expected: string;
	readonly actual: string;
	/** True if the files do not say: no violation, but no proof either. Default false. */
	readonly notChecked?: boolean;
}

/** A departure whose place is known already. */
export type Words = Pick<Violation, 'expected' | 'actual' | 'notChecked'>;

/** A rule about finished runs: it reads files only, so that a third party can repeat its verdict. */
export interface Rule {
	readonly name: RuleName;
	/** What holds if the rule is kept, in one line. */
	readonly summary: string;
	/** The record that it reads of a run: without it the run is not checked, and `check` says nothing of it. */
	readonly needs?: 'manifest' | 'events';
	check(contents: GridContents): readonly Violation[] | Promise<readonly Violation[]>;
}

type GridRun = Grid['runs'][number];

/** The place of one run. */
export const placeOfRun = (run: GridRun): Pick<Violation, 'place' | 'where'> => ({
	place: run.folder.replaceAll('\\', '/'),
	where: { method: run.method, labelFraction: run.labelFraction, seed: run.seed, runId: run.runId },
});

/** The place of a cell: a method at a label fraction. */
export const placeOfCell = ({
	method,
	labelFraction,
}: Pick<GridRun, 'method' | 'labelFraction'>): Pick<Violation, 'place' | 'where'> => ({
	place: `${method}${labelFraction === null ? '' : `, ${percentage(labelFraction)} % labels`}`,
	where: { method, labelFraction },
});

/** Items by key, in the order of first appearance. */
export function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
	const groups = new Map<string, Item[]>();
	for (const item of items) {
		const key = keyOf(item);
		const group = groups.get(key);
		if (group) group.push(item);
		else groups.set(key, [item]);
	}

	return groups;
}

/** Runs of one cell under one profile, data set and number of steps. */
export const cellKey = ({ method, labelFraction, profile, dataSet, steps }: GridRun): string =>
	JSON.stringify([method, labelFraction, profile, dataSet, steps]);
