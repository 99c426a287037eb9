import type { Protocol } from '../harness/run/records.ts';
import { type Summary, summarise } from '../harness/statistics/summarise.ts';
import { type PaperScore, paperRowName, paperScore } from '../reference/paper-score.ts';
import { type Judgement, judge, type Metric, reasonsNotComparable } from './judge.ts';
import type { FinishedRun, GridContents, Hole } from './read-grid.ts';

export const metrics = ['fid', 'inceptionScore'] as const satisfies readonly Metric[];

/** Content of report.json and, in words, of report.md. Nothing in it depends on time, host or place. */
export interface Report {
	readonly schemaVersion: 1;
	readonly suite: string;
	/** Whether every run of the grid has a result. */
	readonly complete: boolean;
	readonly runs: { readonly total: number; readonly finished: number };
	readonly settings: readonly Setting[];
	readonly holes: readonly ReportedHole[];
	/** Folders with results that the grid no longer lists. */
	readonly stale: readonly string[];
}

/** Scores that may stand in one table: same profile, data, steps and protocol. */
export interface Setting {
	readonly profile: string;
	/** The digest is null if no run of the setting has a result yet. */
	readonly dataSet: { readonly name: string; readonly digest: string | null };
	/** Generator steps. */
	readonly steps: number;
	readonly protocol: Protocol | null;
	/** Why nothing here can be compared with the paper; empty if it can. */
	readonly obstacles: readonly string[];
	readonly groups: readonly Group[];
}

/** One cell of the paper's tables: a method at a label fraction, over its seeds. */
export interface Group {
	readonly method: string;
	readonly title: string;
	/** Null for methods without labels. */
	readonly labelFraction: number | null;
	/** Row of the paper's tables, null for methods of others. */
	readonly paperRow: string | null;
	/** Seeds that the grid asks for. */
	readonly planned: number;
	/** By seed. */
	readonly runs: readonly ReportedRun[];
	readonly scores: Readonly<Record<Metric, Comparison>>;
}

export interface ReportedRun {
	readonly seed: number;
	readonly runId: string;
	/** Relative to the output folder. */
	readonly folder: string;
	readonly hasSamples: boolean;
	readonly parameters: { readonly generator: number; readonly discriminator: number };
	/** Mean over the fake sets. */
	readonly fid: number;
	readonly inceptionScore: number;
}

export interface Comparison extends Judgement {
	readonly summary: Summary | null;
	readonly paper: { readonly median: PaperScore | null; readonly mean: PaperScore | null };
	/** Our median minus the paper's; null where the two cannot be compared. */
	readonly difference: number | null;
}

export interface ReportedHole {
	readonly method: string;
	readonly title: string;
	readonly labelFraction: number | null;
	readonly seed: number;
	readonly profile: string;
	readonly steps: number;
	readonly folder: string;
	readonly state: Hole['state'];
	readonly reason: string;
}

/** Groups the runs of a grid into the cells of the paper's tables and judges each. */
export function buildReport({ grid, finished, holes, stale }: GridContents): Report {
	const settings = new Map<string, { setting: Omit<Setting, 'groups'>; groups: Group[] }>();
	const addGroup = (key: string, setting: Omit<Setting, 'groups'>, group: Group) => {
		const entry = settings.get(key) ?? { setting, groups: [] };
		settings.set(key, { ...entry, groups: [...entry.groups, group] });
	};

	const cells = groupBy(grid.runs, run =>
		JSON.stringify([run.method, run.labelFraction, run.profile, run.dataSet, run.steps]),
	);
	const order = new Map([...cells.values()].map(([cell], index) => [cellName(cell!), index]));
	const isEmpty = (runs: readonly Cell[]) =>
		!runs.some(run => finished.some(({ run: { runId } }) => runId === run.runId));
	// Cells with results first: they make the tables that cells without any belong to.
	for (const runs of [...cells.values()].sort(
		(first, second) => Number(isEmpty(first)) - Number(isEmpty(second)),
	)) {
		const [cell] = runs;
		const ids = new Set(runs.map(run => run.runId));
		const ofCell = finished.filter(({ run }) => ids.has(run.runId));
		// Results of one cell under two protocols, or of two versions of the data, never meet in one group.
		for (const group of groupBy(ofCell, conditionsKey).values()) {
			const { profile, dataSet, steps, protocol } = group[0]!.result;
			const obstacles = reasonsNotComparable({ profile, dataSet: dataSet.name, steps, protocol });
			addGroup(
				conditionsKey(group[0]!),
				{ profile, dataSet, steps, protocol, obstacles },
				buildGroup(cell!, group, runs.length, obstacles),
			);
		}

		if (ofCell.length === 0) {
			const { profile, dataSet, steps } = cell!;
			const key = settingOf(settings, cell!) ?? JSON.stringify([profile, dataSet, steps]);
			const setting = {
				profile,
				dataSet: { name: dataSet, digest: null },
				steps,
				protocol: null,
				obstacles: [],
			};
			addGroup(key, setting, buildGroup(cell!, [], runs.length, []));
		}
	}

	return {
		schemaVersion: 1,
		suite: grid.suite,
		complete: holes.length === 0,
		runs: { total: grid.runs.length, finished: finished.length },
		settings: [...settings.values()].map(({ setting, groups }) => ({
			...setting,
			groups: groups.sort((first, second) => order.get(cellName(first))! - order.get(cellName(second))!),
		})),
		holes: holes.map(({ run: { runId: _, dataSet: __, ...run }, state, reason }) => ({
			...run,
			state,
			reason,
		})),
		stale,
	};
}

/** Name of a row and column, for their order. */
const cellName = ({ method, labelFraction }: Pick<Cell, 'method' | 'labelFraction'>) =>
	JSON.stringify([method, labelFraction]);

type Cell = GridContents['grid']['runs'][number];

function buildGroup(
	{ method, title, labelFraction }: Cell,
	finished: readonly FinishedRun[],
	planned: number,
	obstacles: readonly string[],
): Group {
	const runs = finished
		.map(({ run, result, hasSamples }) => ({
			seed: result.seed,
			runId: result.runId,
			folder: run.folder,
			hasSamples,
			parameters: result.parameters,
			fid: result.scores.fid.mean,
			inceptionScore: result.scores.inceptionScore.mean,
		}))
		.sort((first, second) => first.seed - second.seed);
	const compare = (metric: Metric): Comparison => {
		const query = { method, labelFraction, metric };
		const paper = {
			median: paperScore({ ...query, statistic: 'median' }) ?? null,
			mean: paperScore({ ...query, statistic: 'mean' }) ?? null,
		};
		const summary = runs.length === 0 ? null : summarise(runs.map(run => run[metric]));
		const judgement = judge({ metric, summary, planned, obstacles, paper });
		const difference =
			summary === null || paper.median === null || judgement.verdict === 'not comparable'
				? null
				: summary.median - paper.median.value;
		return { summary, paper, difference, ...judgement };
	};
	return {
		method,
		title,
		labelFraction,
		paperRow: paperRowName(method, labelFraction) ?? null,
		planned,
		runs,
		scores: { fid: compare('fid'), inceptionScore: compare('inceptionScore') },
	};
}

function conditionsKey({ result: { profile, dataSet, steps, protocol } }: FinishedRun): string {
	return JSON.stringify([profile, dataSet.digest, steps, protocol.fingerprint]);
}

/** A cell without results belongs to the first table that was made for its profile, data and steps. */
function settingOf(
	settings: ReadonlyMap<string, { setting: Omit<Setting, 'groups'> }>,
	{ profile, dataSet, steps }: Cell,
): string | undefined {
	return [...settings].find(
		([, { setting }]) =>
			setting.profile === profile && setting.dataSet.name === dataSet && setting.steps === steps,
	)?.[0];
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
	const groups = new Map<string, Item[]>();
	for (const item of items) {
		groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
	}

	return groups;
}
