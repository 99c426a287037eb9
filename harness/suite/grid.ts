import { gridFileIn, readGridFile } from '../run/grid-file.ts';
import type { Grid } from '../run/records.ts';
import { writeFileAtomically } from '../write-atomically.ts';

type GridRun = Grid['runs'][number];

/** The place of a run in a grid: a new run at the same place replaces the old one, whose results are stale. */
const placeOf = (run: GridRun): string =>
	JSON.stringify([run.method, run.labelFraction, run.seed, run.profile, run.dataSet, run.steps]);

/**
 * Adds runs to the `grid.json` of an output folder, replacing those at the same places, and writes it.
 *
 * @throws UsageError if the file is there and not a grid of this version
 */
export function writeGrid(folder: string, suite: string, runs: readonly GridRun[]): Grid {
	const places = new Set(runs.map(placeOf));
	const kept = readGridFile(folder)?.runs.filter(run => !places.has(placeOf(run))) ?? [];
	const grid: Grid = { schemaVersion: 2, suite, runs: [...kept, ...runs] };
	writeFileAtomically(gridFileIn(folder), `${JSON.stringify(grid, undefined, '\t')}\n`);
	return grid;
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

/** The parameters that give the runs their options again, each once: `--option s3gan.rotationWeight=1`. */
export function optionParameters(runs: readonly GridRun[]): string[] {
	const parameters = runs.flatMap(({ method, options = {} }) =>
		Object.entries(options).map(([name, value]) => ['--option', `${method}.${name}=${value}`]),
	);
	return [...new Map(parameters.map(each => [each[1], each])).values()].flat();
}
