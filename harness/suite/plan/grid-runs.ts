import path from 'node:path';
import { digestOf } from '../../canonical-json.ts';
import { ActionableError } from '../../errors.ts';
import { listIfThere } from '../../read-if-there.ts';
import type { CollapseAction } from '../../run/collapse/policy.ts';
import { readGridFile } from '../../run/grid-file.ts';
import { collapseIdentity } from '../../run/identify-run.ts';
import type { Profile } from '../../run/profile.ts';
import type { Grid } from '../../run/records.ts';
import { type RunState, readRunState } from '../../run/run-folder.ts';
import type { Cell } from '../cells.ts';
import { compareIdentities, type IdentitySide } from './compare-identities.ts';
import { type MethodSource, readMethodSource, wantedIdentity } from './present-identity.ts';
import { type RecordedRun, readRecordedRun } from './recorded-run.ts';

/** A grid whose runs are looked for in an output folder. */
export interface PlannedGrid {
	readonly profile: Profile;
	readonly steps: number;
	/** Data source; null if none is named. */
	readonly data: string | null;
	readonly cells: readonly Cell[];
	readonly out: string;
	/** As in `RunRequest`: what may end a training early is part of its identity. */
	readonly onCollapse?: CollapseAction | undefined;
	readonly evaluateEvery?: number | undefined;
}

/** One run of a grid as it stands. */
export interface PlannedRun {
	readonly cell: Cell;
	/** Null if the output folder knows none in this place. */
	readonly runId: string | null;
	/** Absolute; null likewise. */
	readonly folder: string | null;
	/** `stale`: something is there, made by other source, options, settings or back end; it will be made again. */
	readonly state: RunState | 'stale';
	/** In words. */
	readonly reason: string;
}

type GridRun = Grid['runs'][number];

const placeKey = (method: string, labelFraction: number | null, seed: number): string =>
	`${method} ${labelFraction} ${seed}`;

const sideOf = (recorded: RecordedRun): IdentitySide => ({
	identity: recorded.identity,
	sourceFiles: recorded.methodSourceFiles ?? null,
	protocolDetails: recorded.protocol?.details ?? null,
});

const mostGenerations = 3;

/** First part of a source: `cifar10` of `cifar10:DIR`. Equal kinds in other places may be equal data. */
const kindOfSource = (source: string): string => source.split(':')[0]!;

/**
 * Judges runs of one method and label fraction. They differ in their seed alone, so one manifest is read and
 * compared, and the IDs of the others follow from it; only an ID that does not is looked at closer.
 */
function createJudge(grid: PlannedGrid): (cell: Cell, run: GridRun) => string | null {
	const known = new Map<string, string | null>();
	const sources = new Map<string, MethodSource>();
	const generations = new Map<string, number>();
	const words = (recorded: RecordedRun, cell: Cell): string | null => {
		const { loaded, options } = cell;
		const { profile, out } = grid;
		const source = sources.get(loaded.file) ?? readMethodSource(loaded);
		sources.set(loaded.file, source);
		const wanted = wantedIdentity(recorded, {
			...{ loaded, options, profile, out, source },
			labelList: cell.labelList?.digest ?? null,
			collapse: collapseIdentity(grid.onCollapse, grid.evaluateEvery).collapse ?? null,
		});
		const differences = compareIdentities(sideOf(recorded), wanted).map(({ words: each }) => each);
		const data = recorded.dataSet.source;
		if (grid.data !== null && data !== undefined && kindOfSource(data) !== kindOfSource(grid.data)) {
			differences.unshift(`data ${data} → ${grid.data}`);
		}
		return differences.length === 0 ? null : differences.join('; ');
	};
	return (cell, run) => {
		const found = known.get(run.runId);
		if (found !== undefined) return found;
		const recorded = readRecordedRun(path.join(grid.out, run.folder));
		if (!recorded) return null;
		const problem = words(recorded, cell);
		const group = placeKey(cell.loaded.method.name, cell.labelFraction, 0);
		const generation = (generations.get(group) ?? 0) + 1;
		generations.set(group, generation);
		// Runs of a few versions of the code may lie side by side; of more, each is read on its own.
		for (const other of generation <= mostGenerations ? grid.cells : []) {
			if (placeKey(other.loaded.method.name, other.labelFraction, 0) !== group) continue;
			known.set(digestOf({ ...recorded.identity, seed: other.seed }).slice(0, 12), problem);
		}
		known.set(run.runId, problem);
		return problem;
	};
}

/** The runs of a grid in their order, each with its state in the output folder. */
export function planRuns(grid: PlannedGrid): readonly PlannedRun[] {
	const listed = new Map<string, GridRun>();
	for (const run of readGridFile(grid.out)?.runs ?? []) {
		if (run.profile !== grid.profile.name || run.steps !== grid.steps) continue;
		listed.set(placeKey(run.method, run.labelFraction, run.seed), run);
	}
	const judge = createJudge(grid);
	return grid.cells.map((cell): PlannedRun => {
		const run = listed.get(placeKey(cell.loaded.method.name, cell.labelFraction, cell.seed));
		if (!run) return { cell, runId: null, folder: null, state: 'missing', reason: 'never started' };
		const folder = path.join(grid.out, run.folder);
		const { state, reason } = readRunState(folder);
		const place = { cell, runId: run.runId, folder };
		if (state === 'missing') return { ...place, state, reason };
		let problem: string | null;
		try {
			problem = judge(cell, run);
		} catch (error) {
			if (!(error instanceof ActionableError)) throw error;
			problem = error.message;
		}
		if (problem === null) return { ...place, state, reason };
		const was = state === 'done' ? '' : `${state} before; `;
		return { ...place, state: 'stale', reason: `${was}${problem}` };
	});
}

/** Folders with runs that the grid does not list: left over from other code, data or options. Sorted. */
export function unlistedRuns(out: string): readonly string[] {
	const runs = path.join(out, 'runs');
	const names = listIfThere(runs);
	if (names.length === 0) return [];
	const known = new Set(readGridFile(out)?.runs.map(run => path.basename(run.folder)));
	return names.filter(name => !known.has(name) && !name.startsWith('.')).sort();
}
