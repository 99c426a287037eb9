import path from 'node:path';
import { ActionableError } from '../../errors.ts';
import { quoteForShell } from '../../quote-for-shell.ts';
import { readGridFile } from '../../run/grid-file.ts';
import type { Grid } from '../../run/records.ts';
import { repeatCommand } from '../../run/repeat-command.ts';
import { type RecordedRun, readRecordedRun } from './recorded-run.ts';

type GridRun = Grid['runs'][number];

/** A grid and its output folder. */
interface PlacedGrid {
	readonly out: string;
	readonly grid: Grid;
}

/** The grid that a run folder belongs to, `OUT/runs/NAME`; undefined if it is on its own. */
export function gridOf(folder: string): PlacedGrid | undefined {
	const out = path.dirname(path.dirname(folder));
	const grid = readGridFile(out);
	return grid && { out, grid };
}

/** Whether a run of a grid stands where a recorded one would. */
export const samePlace = (first: GridRun, second: RecordedRun): boolean =>
	first.method === second.identity.method &&
	first.labelFraction === second.identity.labelFraction &&
	first.seed === second.identity.seed &&
	first.steps === second.identity.settings.steps &&
	(second.profile === undefined || first.profile === second.profile);

/**
 * The command that makes a run, and the others of its cell, again, or goes on with them.
 *
 * @param place its grid, if it is in one
 * @param recorded its manifest, if it has one
 * @param listed what the grid says of it, if it does
 */
export function nextCommand(
	place: PlacedGrid | undefined,
	recorded: RecordedRun | null,
	listed: GridRun | undefined,
): string {
	if (!place) {
		const parameters = recorded?.command ?? [];
		return parameters.length === 0
			? 'the same `fewer-labels train`'
			: `fewer-labels ${parameters.map(quoteForShell).join(' ')}`;
	}
	const { out, grid } = place;
	const inPlace = listed ?? (recorded && grid.runs.findLast(run => samePlace(run, recorded)));
	const cell = inPlace ?? (recorded && unlisted(recorded));
	if (!cell) return ['fewer-labels', 'run', '--suite', grid.suite, '--out', out].map(quoteForShell).join(' ');
	const others = grid.runs.filter(
		run =>
			run.method === cell.method &&
			run.labelFraction === cell.labelFraction &&
			run.profile === cell.profile &&
			run.steps === cell.steps,
	);
	return repeatCommand({
		...{ suite: grid.suite, out },
		runs: [{ ...cell, options: cell.options ?? others.at(-1)?.options }, ...others],
		// What a run that never began was asked with, its neighbours say.
		recorded: recorded ?? firstRecorded(out, [...others, ...grid.runs]),
	});
}

/** What a grid would say of a run that it does not list; undefined if its manifest is too old to say it. */
function unlisted({ identity, profile }: RecordedRun) {
	const { method, labelFraction, seed, settings } = identity;
	if (profile === undefined || typeof settings.steps !== 'number') return undefined;
	return { method, labelFraction, seed, profile, steps: settings.steps, options: undefined };
}

/** The first manifest among some runs; a few are tried. */
function firstRecorded(out: string, runs: readonly GridRun[]): RecordedRun | undefined {
	for (const run of runs.slice(0, 20)) {
		try {
			const recorded = readRecordedRun(path.join(out, run.folder));
			if (recorded) return recorded;
		} catch (error) {
			if (!(error instanceof ActionableError)) throw error;
		}
	}
	return undefined;
}
