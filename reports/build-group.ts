import type { Finding } from '../harness/check/check-grid.ts';
import type { FinishedRun, GridContents } from '../harness/check/read-grid.ts';
import { isManifest } from '../harness/check/read-manifest.ts';
import { fewestForBootstrap } from '../harness/statistics/bootstrap-interval.ts';
import { bootstrapMedian } from '../harness/statistics/bootstrap-median.ts';
import { median } from '../harness/statistics/median.ts';
import { smallestDetectableDifference } from '../harness/statistics/smallest-detectable-difference.ts';
import { summarise } from '../harness/statistics/summarise.ts';
import { paperRowName, paperScore } from '../reference/paper-score.ts';
import { aggregateCurves } from './aggregate-curves.ts';
import type { SourceComparison } from './changed-source.ts';
import { collapseReason } from './collapse.ts';
import { sampleStdFromPopulation } from './difference-interval.ts';
import { judge } from './judge.ts';
import type { Comparison, Curve, Group, Metric, ReportedRun } from './report-schema.ts';
import { commandOfCell } from './rerun-command.ts';

type GridRun = GridContents['grid']['runs'][number];

export interface GroupParts {
	/** Runs of the cell that the grid asks for, one or more. */
	readonly planned: readonly GridRun[];
	/** Those with a result under the same conditions. */
	readonly finished: readonly FinishedRun[];
	readonly failed: number;
	readonly suite: string;
	/** Why nothing here compares with the paper. */
	readonly obstacles: readonly string[];
	/** Waived findings of the cell and its runs. */
	readonly waived: readonly Finding[];
	readonly compareSource: SourceComparison;
	/** Where data and method lie, as any run of the grid says it. */
	readonly source?: string;
	readonly methodModule?: string | null;
}

/** One cell of the report: a method at a label fraction, over its seeds. */
export function buildGroup(parts: GroupParts): Group {
	const { planned, finished, failed, suite, obstacles, waived, compareSource, source, methodModule } = parts;
	const { method, title, labelFraction } = planned[0]!;
	const fids = finished.map(({ result }) => result.scores.fid.mean);
	const runs = finished
		.map(
			(run): ReportedRun => ({
				seed: run.result.seed,
				runId: run.result.runId,
				folder: run.run.folder.replaceAll('\\', '/'),
				hasSamples: run.hasSamples,
				parameters: run.result.parameters,
				fid: run.result.scores.fid.mean,
				inceptionScore: run.result.scores.inceptionScore.mean,
				collapsed: collapseReason(run, fids),
				trainingSeconds: run.events?.trainingMs == null ? null : run.events.trainingMs / 1000,
				changedSource: compareSource(run.manifest),
			}),
		)
		.sort((first, second) => first.seed - second.seed);
	const times = runs.flatMap(({ trainingSeconds }) => trainingSeconds ?? []);
	const compare = (metric: Metric) =>
		compareWithPaper(
			{ method, labelFraction, metric, values: runs.map(run => run[metric]) },
			planned.length,
			obstacles,
		);
	return {
		method,
		title,
		labelFraction,
		paperRow: paperRowName(method, labelFraction) ?? null,
		planned: planned.length,
		failed,
		runs,
		scores: { fid: compare('fid'), inceptionScore: compare('inceptionScore') },
		curves: curvesOf(finished),
		trainingSeconds: times.length === 0 ? null : median(times),
		waived: [...new Set(waived.map(({ rule }) => rule))],
		command: commandOfCell({
			suite,
			planned,
			manifest: finished.map(({ manifest }) => manifest).find(isManifest),
			source,
			methodModule,
		}),
	};
}

/** Beyond this many seeds the interval of the mean says as much, and resampling thousands of runs takes seconds. */
const mostForBootstrap = 100;

interface Values {
	readonly method: string;
	readonly labelFraction: number | null;
	readonly metric: Metric;
	readonly values: readonly number[];
}

function compareWithPaper(
	{ values, ...query }: Values,
	planned: number,
	obstacles: readonly string[],
): Comparison {
	const paper = {
		median: paperScore({ ...query, statistic: 'median' }) ?? null,
		mean: paperScore({ ...query, statistic: 'mean' }) ?? null,
	};
	const summary = values.length === 0 ? null : summarise(values);
	const judgement = judge({ metric: query.metric, summary, planned, obstacles, paper });
	const comparable = summary !== null && judgement.verdict !== 'not comparable';
	return {
		summary,
		medianInterval95:
			values.length < fewestForBootstrap || values.length > mostForBootstrap
				? null
				: bootstrapMedian(values, { seed: 1, resamples: 1000 }),
		paper,
		difference: comparable && paper.median !== null ? summary.median - paper.median.value : null,
		...judgement,
		smallestDetectable:
			comparable && paper.mean?.std !== undefined && values.length > 1
				? detectable(values.length, 3, sampleStdFromPopulation(paper.mean.std, 3))
				: null,
	};
}

const detectableUnits = new Map<string, number>();

/** Smallest detectable difference; its integral is solved once for each pair of sample sizes and α. */
export function detectable(first: number, second: number, sampleStd: number, alpha = 0.05): number {
	const key = `${first} ${second} ${alpha}`;
	let unit = detectableUnits.get(key);
	if (unit === undefined) {
		unit = smallestDetectableDifference({ counts: [first, second], sampleStd: 1, alpha });
		detectableUnits.set(key, unit);
	}

	return unit * sampleStd;
}

/** Losses and accuracies, then scores measured during training. */
function curvesOf(finished: readonly FinishedRun[]): Curve[] {
	return [
		...aggregateCurves(finished.map(({ events }) => events?.losses ?? [])),
		...aggregateCurves(finished.map(({ events }) => events?.evaluations ?? [])),
	];
}
