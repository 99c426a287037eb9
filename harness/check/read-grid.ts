import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../errors.ts';
import { quickParser } from '../quick-parser.ts';
import { readGridFile } from '../run/grid-file.ts';
import { type ClassifierRecord, readClassifierRecords } from '../run/label-records.ts';
import { firstLine, parseRecord } from '../run/parse-record.ts';
import { type Grid, type Result, resultSchema } from '../run/records.ts';
import { fileNames, type RunState, readRunState } from '../run/run-folder.ts';
import { type EventSummary, mostPoints, readEventSummary } from './read-events.ts';
import { type Manifest, readManifest } from './read-manifest.ts';
import { readWaivers, type Waiver } from './waivers.ts';

type GridRun = Grid['runs'][number];

const parseResult = quickParser(resultSchema);

/** A run of the grid with its result. */
export interface FinishedRun {
	readonly run: GridRun;
	readonly result: Result;
	/** Whether the folder has a sample sheet. */
	readonly hasSamples: boolean;
	/** Null if it is missing; a problem in words if it is damaged. */
	readonly manifest: Manifest | { readonly problem: string } | null;
	/** Null if there are none. */
	readonly events: EventSummary | null;
}

/** A run of the grid without a usable result. */
export interface Hole {
	readonly run: GridRun;
	/** `unreadable`: there is a result, but it is damaged, of another version, or of another run. */
	readonly state: Exclude<RunState, 'done'> | 'unreadable';
	/** One line for people. */
	readonly reason: string;
}

export interface GridContents {
	/** The output folder. */
	readonly folder: string;
	readonly grid: Grid;
	readonly finished: readonly FinishedRun[];
	readonly holes: readonly Hole[];
	/** Folders with a result that the grid no longer lists: made by other code, data or options. Sorted. */
	readonly stale: readonly string[];
	/** Pre-trained classifiers, each once (Table 3); what is wrong with their records where they cannot be read. */
	readonly classifiers: readonly ClassifierRecord[] | { readonly problem: string };
	/** What `waivers.json` excuses; empty without one. */
	readonly waivers: readonly Waiver[];
}

/**
 * Reads an output folder: `grid.json` and the result of each run in it. A damaged result is a hole, not a crash.
 *
 * Throws UsageError if there is no grid of this version, neither a run nor a classifier has a result, or waivers.json
 * is damaged.
 */
export function readGrid(folder: string): GridContents {
	const grid = gridIn(folder);
	const finished: FinishedRun[] = [];
	const holes: Hole[] = [];
	// Thousands of runs make smooth curves of few points each.
	const points = Math.max(12, Math.min(mostPoints, Math.floor(30_000 / grid.runs.length)));
	for (const run of grid.runs) {
		const runFolder = path.join(folder, run.folder);
		const outcome = readRun(run, runFolder);
		if ('result' in outcome) {
			finished.push({
				run,
				...outcome,
				hasSamples: existsSync(`${runFolder}${path.sep}${fileNames.samples}`),
				manifest: readManifest(runFolder),
				events: readEventSummary(runFolder, points),
			});
		} else {
			holes.push({ run, ...outcome });
		}
	}

	const classifiers = readClassifiers(folder);
	const results = finished.length + ('length' in classifiers ? classifiers.length : 0);
	if (results === 0) {
		const [first] = holes;
		const reason = 'problem' in classifiers ? classifiers.problem : first && `the first: ${first.reason}`;
		throw new UsageError(
			`${folder}: none of its ${grid.runs.length} runs has a result${reason === undefined ? '' : `; ${reason}`}`,
			`fewer-labels run --suite ${grid.suite} --out ${folder}`,
		);
	}

	const stale = findStale(folder, grid);
	return { folder, grid, finished, holes, stale, classifiers, waivers: readWaivers(folder) };
}

function readClassifiers(folder: string): GridContents['classifiers'] {
	try {
		return readClassifierRecords(folder);
	} catch (error) {
		if (!(error instanceof UsageError)) throw error;
		return { problem: firstLine(error.message.replace(`${path.resolve(folder)}${path.sep}`, '')) };
	}
}

function gridIn(folder: string): Grid {
	const grid = readGridFile(folder);
	if (grid) return grid;
	throw new UsageError(
		`${folder}: ${existsSync(folder) ? 'there is no grid.json in it' : 'no such folder'}`,
		'give the folder that `fewer-labels run --out` wrote',
	);
}

function readRun(run: GridRun, folder: string): { result: Result } | Pick<Hole, 'state' | 'reason'> {
	// Most runs have a result: the others are looked at more closely.
	const parsed = parseRecord(`${folder}${path.sep}${fileNames.result}`, parseResult);
	if ('problem' in parsed) return holeOf(folder, parsed.problem);

	const result = parsed.value;
	for (const key of ['runId', 'method', 'labelFraction', 'seed', 'profile'] as const) {
		if (result[key] !== run[key]) {
			return {
				state: 'unreadable',
				reason: `${fileNames.result}: it is of another run (${key} ${result[key]}, the grid says ${run[key]})`,
			};
		}
	}

	return { result };
}

/** Why a run has no result that can be read. */
function holeOf(folder: string, problem: string): Pick<Hole, 'state' | 'reason'> {
	try {
		// Damaged is said in the words of the reader.
		const { state, reason } = readRunState(folder, { trustResult: true });
		if (state !== 'done') return { state, reason: firstLine(reason) };
	} catch (error) {
		return { state: 'unreadable', reason: firstLine(`${fileNames.events}: ${(error as Error).message}`) };
	}

	return { state: 'unreadable', reason: `${fileNames.result}: ${problem}` };
}

function findStale(folder: string, grid: Grid): string[] {
	const known = new Set(grid.runs.map(run => path.normalize(run.folder)));
	const parents = new Set(grid.runs.map(run => path.dirname(path.normalize(run.folder))));
	return [...parents]
		.filter(parent => existsSync(path.join(folder, parent)))
		.flatMap(parent => readdirSync(path.join(folder, parent)).map(name => path.join(parent, name)))
		.filter(name => !known.has(name) && existsSync(path.join(folder, name, fileNames.result)))
		.map(name => name.split(path.sep).join('/'))
		.sort();
}
