import { gridFileIn, readGridFile } from '../run/grid-file.ts';
import type { Grid } from '../run/records.ts';
import { percentage } from '../run/run-folder.ts';
import { writeFileAtomically } from '../write-atomically.ts';

type GridRun = Grid['runs'][number];

/** What runs have in common that differ in their seed alone: the cell of a table. */
const cellOf = (run: GridRun): string =>
	JSON.stringify([run.method, run.labelFraction, run.profile, run.dataSet, run.steps]);

/** The place of a run in a grid: a new run at the same place replaces the old one, whose results are stale. */
const placeOf = (run: GridRun): string => `${cellOf(run)} ${run.seed}`;

/**
 * Adds runs to the `grid.json` of an output folder, replacing those at the same places, and writes it. A cell is made
 * by one code, with one set of options, on one data set: its other seeds stay listed only if they are.
 *
 * @param idOf the ID that a run with another seed would have now in the cell of one of the new runs
 * @returns the grid, and the runs that are left out of it for being other than the new ones of their cells
 * @throws UsageError if the file is there and not a grid of this version
 */
export function writeGrid(
	folder: string,
	suite: string,
	runs: readonly GridRun[],
	idOf: (run: GridRun, seed: number) => string,
): { grid: Grid; leftOut: readonly GridRun[] } {
	const places = new Set(runs.map(placeOf));
	const newOfCell = new Map(runs.map(run => [cellOf(run), run]));
	const isStale = (run: GridRun): boolean => {
		const made = newOfCell.get(cellOf(run));
		return made !== undefined && idOf(made, run.seed) !== run.runId;
	};
	const others = readGridFile(folder)?.runs.filter(run => !places.has(placeOf(run))) ?? [];
	const leftOut = others.filter(isStale);
	const kept = others.filter(run => !leftOut.includes(run));
	const grid: Grid = { schemaVersion: 2, suite, runs: [...kept, ...runs] };
	writeFileAtomically(gridFileIn(folder), `${JSON.stringify(grid, undefined, '\t')}\n`);
	return { grid, leftOut };
}

/** One line a cell about runs that were left out, with what trains them again. */
export function describeLeftOut(leftOut: readonly GridRun[]): string[] {
	const cells = new Map<string, GridRun[]>();
	for (const run of leftOut) cells.set(cellOf(run), [...(cells.get(cellOf(run)) ?? []), run]);
	return [...cells.values()].map(runs => {
		const { title, labelFraction } = runs[0]!;
		const labels = labelFraction === null ? '' : ` ${percentage(labelFraction)} % labels`;
		const seeds = runs.map(({ seed }) => seed).sort((first, second) => first - second);
		const [which, them] =
			seeds.length === 1 ? [`seed ${seeds[0]} was`, 'it'] : [`seeds ${seeds.join(', ')} were`, 'them'];
		return (
			`${title}${labels}: ${which} made by other code, options or data, and not listed beside the new runs any more; ` +
			`the folders stay. The same command with --seeds ${seeds.join(',')} trains ${them} again.`
		);
	});
}

/** Options that a command line gives a method. */
export type GivenOptions = Readonly<NonNullable<GridRun['options']>>;

/**
 * Finds the options that the runs of a method were given when they were last asked for: those of the same label
 * fraction, else of any; undefined if the grid has no such run, or does not say it.
 *
 * @param runs of a grid, the newest last
 * @param size profile and steps that the runs have to have
 */
export function optionsOfGrid(
	runs: readonly GridRun[],
	size: { readonly profile: string; readonly steps: number },
): (method: string, labelFraction: number | null) => GivenOptions | undefined {
	const alike = runs.filter(({ profile, steps }) => profile === size.profile && steps === size.steps);
	return (method, labelFraction) => {
		const ofMethod = alike.filter(run => run.method === method);
		return (ofMethod.findLast(run => run.labelFraction === labelFraction) ?? ofMethod.at(-1))?.options;
	};
}
