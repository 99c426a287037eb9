import {
	closeSync,
	existsSync,
	fstatSync,
	openSync,
	readdirSync,
	readFileSync,
	readSync,
	statSync,
} from 'node:fs';
import path from 'node:path';
import { UsageError } from '../errors.ts';
import { quickParser } from '../quick-parser.ts';
import { listIfThere } from '../read-if-there.ts';
import { gridFileIn, readGridFile } from '../run/grid-file.ts';
import { type Progress, progressSchema } from '../run/progress-file.ts';
import type { Grid } from '../run/records.ts';
import { fileNames, type RunState, readRunState } from '../run/run-folder.ts';

/** A run as its files show it now. */
export interface WatchedRun {
	readonly runId: string;
	/** Absolute. */
	readonly folder: string;
	/** Null for a folder that no grid lists. */
	readonly listed: Grid['runs'][number] | null;
	/** `unreadable`: its files are damaged. */
	readonly state: RunState | 'unreadable';
	readonly reason: string;
	/** Of its last process; null if that wrote none. */
	readonly progress: Progress | null;
	/** Last logged losses by name; null for runs that are not running, or before the first. */
	readonly losses: Readonly<Record<string, number>> | null;
}

/** An output folder, or a single run, as it stands. */
export interface WatchedGrid {
	readonly folder: string;
	/** Null if the folder is a run, or has runs and no grid.json. */
	readonly grid: Grid | null;
	readonly runs: readonly WatchedRun[];
	/** Folders with a result that the grid does not list. */
	readonly unlisted: number;
}

const parseProgress = quickParser(progressSchema);

const tailBytes = 8192;

/** The last logged losses of a run, from the end of its events. */
function lastLosses(folder: string): Record<string, number> | null {
	let descriptor: number;
	try {
		descriptor = openSync(path.join(folder, fileNames.events), 'r');
	} catch {
		return null;
	}
	try {
		const { size } = fstatSync(descriptor);
		const buffer = Buffer.alloc(Math.min(tailBytes, size));
		readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
		for (const line of buffer.toString('utf8').split('\n').reverse()) {
			if (!line.includes('"event":"metrics"') || !line.startsWith('{') || !line.endsWith('}')) continue;
			const { losses } = JSON.parse(line) as { losses?: Record<string, number> };
			return losses ?? null;
		}
		return null;
	} catch {
		// A line that is being written is read at the next look.
		return null;
	} finally {
		closeSync(descriptor);
	}
}

function readProgress(folder: string): Progress | null {
	try {
		const parsed = parseProgress(JSON.parse(readFileSync(path.join(folder, fileNames.progress), 'utf8')));
		return parsed.success ? parsed.data : null;
	} catch {
		return null;
	}
}

function look(place: Pick<WatchedRun, 'runId' | 'folder' | 'listed'>): WatchedRun {
	const { folder } = place;
	try {
		const { state, reason } = readRunState(folder);
		if (state === 'done' || state === 'missing')
			return { ...place, state, reason, progress: null, losses: null };
		const losses = state === 'running' ? lastLosses(folder) : null;
		return { ...place, state, reason, progress: readProgress(folder), losses };
	} catch (error) {
		return { ...place, state: 'unreadable', reason: (error as Error).message, progress: null, losses: null };
	}
}

/** Run folders of a place without grid.json: itself, or those in `runs/`. */
function looseRuns(folder: string): string[] {
	if (existsSync(path.join(folder, fileNames.events))) return [folder];
	const runs = path.join(folder, 'runs');
	const parent = existsSync(runs) ? runs : folder;
	return readdirSync(parent)
		.map(name => path.join(parent, name))
		.filter(each => existsSync(path.join(each, fileNames.events)));
}

/**
 * Looks at runs again and again: a run that is done stays done, so that the next look costs only the others.
 *
 * @param given output folder of `run`, or a run folder
 * @throws UsageError if there is no such folder, or nothing to watch in it
 */
export function createScanner(given: string): () => WatchedGrid {
	const folder = path.resolve(given);
	const done = new Map<string, WatchedRun>();
	let grid: Grid | null = null;
	let gridChangedAt = -1;
	let known = new Set<string>();
	return () => {
		if (!existsSync(folder)) {
			throw new UsageError(
				`${given}: no such folder`,
				'give the folder that `fewer-labels run --out` writes',
			);
		}
		const file = gridFileIn(folder);
		if (existsSync(file)) {
			const { mtimeMs } = statSync(file);
			if (mtimeMs !== gridChangedAt) {
				grid = readGridFile(folder) ?? null;
				gridChangedAt = mtimeMs;
				known = new Set(grid?.runs.map(run => path.basename(run.folder)));
			}
		}
		const places = grid
			? grid.runs.map(run => ({ runId: run.runId, folder: path.join(folder, run.folder), listed: run }))
			: looseRuns(folder).map(each => ({
					runId: path.basename(each).slice(-12),
					folder: each,
					listed: null,
				}));
		if (places.length === 0 && !grid) {
			throw new UsageError(`${given}: there are no runs in it yet`, 'start `fewer-labels run --out` first');
		}
		const runs = places.map(place => {
			const before = done.get(place.folder);
			if (before) return before;
			const run = look(place);
			if (run.state === 'done') done.set(place.folder, run);
			return run;
		});
		const runsFolder = path.join(folder, 'runs');
		const names = grid ? listIfThere(runsFolder) : [];
		return {
			folder,
			grid,
			runs,
			unlisted: names.filter(name => !known.has(name) && !name.startsWith('.')).length,
		};
	};
}
