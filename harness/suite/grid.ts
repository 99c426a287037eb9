import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../errors.ts';
import { type Grid, gridSchema } from '../run/records.ts';
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
	const file = path.join(folder, 'grid.json');
	const places = new Set(runs.map(placeOf));
	const kept = existsSync(file) ? readGridFile(file).runs.filter(run => !places.has(placeOf(run))) : [];
	const grid: Grid = { schemaVersion: 1, suite, runs: [...kept, ...runs] };
	writeFileAtomically(file, `${JSON.stringify(grid, undefined, '\t')}\n`);
	return grid;
}

function readGridFile(file: string): Grid {
	try {
		return gridSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
	} catch (error) {
		throw new UsageError(
			`${file} is not a grid of this version: ${(error as Error).message}`,
			'choose another --out folder, or move this one away',
			error,
		);
	}
}
