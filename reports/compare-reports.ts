import { groupBy } from '../harness/check/rule.ts';
import {
	canListAll,
	permutationTest,
	randomPermutationTest,
} from '../harness/statistics/permutation-test.ts';
import type { Interval } from '../harness/statistics/t-interval.ts';
import { differenceInterval, type Sample } from './difference-interval.ts';
import { formatDifference, formatLabels } from './format.ts';
import { margin } from './judge.ts';
import { type Group, type Metric, metrics, type Report, type Setting } from './report-schema.ts';
import { settingName } from './setting-name.ts';

export type Change = 'better' | 'worse' | 'same' | 'inconclusive' | 'incomparable' | 'missing';

/** One cell and score of two reports, B against A. */
export interface CellComparison {
	readonly method: string;
	readonly title: string;
	readonly labelFraction: number | null;
	/** What A measured it under, or B where A has no such cell: profile, data, steps, protocol. */
	readonly conditions: string;
	readonly metric: Metric;
	/** Seeds with a result: in A, in B. */
	readonly counts: readonly [number, number];
	/** Medians; null without a result. */
	readonly medians: readonly [number | null, number | null];
	readonly change: Change;
	readonly reason: string;
	/** 95 % interval of the mean of B minus the mean of A; null where not comparable. */
	readonly interval: Interval | null;
	/** Two-sided permutation test; null where not comparable. */
	readonly p: number | null;
}

/** A cell of a report with what it was measured under. */
interface Located {
	readonly group: Group;
	readonly setting: Setting;
}

/** What two cells must share to be compared; the fingerprint of the protocol covers extractor, counts and reference. */
const conditionNames = ['profile', 'data', 'steps', 'protocol'] as const;

/**
 * Each cell of two reports, B against A: worse or better if the 95 % interval of the difference of the means excludes
 * zero and the difference is more than a hundredth of A's mean, same if the interval lies within ±10 % of A's mean or
 * all values are equal, inconclusive otherwise.
 *
 * A cell is a method at a label fraction under one profile, data set, number of steps and protocol: each one of A
 * stands against the one of B under the same conditions, in whatever order they come. What is left on both sides is
 * incomparable, the likest conditions beside each other; what is left on one side is missing on the other.
 */
export function compareReports(first: Report, second: Report): CellComparison[] {
	const [ours, theirs] = [placesOf(first), placesOf(second)];
	const places = [...new Set([...ours.keys(), ...theirs.keys()])];
	return places.flatMap(place =>
		pairCells(ours.get(place) ?? [], theirs.get(place) ?? []).flatMap(pair =>
			metrics.map(metric => compareCell(...pair, metric)),
		),
	);
}

/** Whether any cell of two reports stands against one under the same conditions. */
export const isAnyComparable = (cells: readonly CellComparison[]): boolean =>
	cells.some(({ change }) => change !== 'missing' && change !== 'incomparable');

/** Cells by method and label fraction, each under every setting that has it. */
function placesOf({ settings }: Report): Map<string, Located[]> {
	const cells = settings.flatMap(setting => setting.groups.map(group => ({ group, setting })));
	return groupBy(cells, ({ group }) => JSON.stringify([group.method, group.labelFraction]));
}

type Pair = readonly [first: Located | undefined, second: Located | undefined];

/** A cell without results stands for itself only where nothing else does. */
function pairCells(first: readonly Located[], second: readonly Located[]): Pair[] {
	const hasRuns = ({ group }: Located): boolean => group.runs.length > 0;
	const [ours, theirs] = [first.filter(hasRuns), second.filter(hasRuns)];
	if (ours.length === 0 && theirs.length === 0) return [[first[0], second[0]]];

	const partners = new Map<Located, Located>();
	const candidates = ours
		.flatMap(a => theirs.map(b => ({ a, b, differing: differences(a.setting, b.setting).length })))
		// The texts break ties, so that the order of the settings in a report does not.
		.sort((x, y) => x.differing - y.differing || (tieBreaker(x) < tieBreaker(y) ? -1 : 1));
	const taken = new Set<Located>();
	for (const { a, b } of candidates) {
		if (partners.has(a) || taken.has(b)) continue;
		partners.set(a, b);
		taken.add(b);
	}

	return [
		...ours.map((a): Pair => [a, partners.get(a)]),
		...theirs.filter(b => !taken.has(b)).map((b): Pair => [undefined, b]),
	];
}

const tieBreaker = ({ a, b }: { readonly a: Located; readonly b: Located }): string =>
	JSON.stringify([a, b].map(({ setting }) => Object.values(conditionsOf(setting))));

function compareCell(
	first: Located | undefined,
	second: Located | undefined,
	metric: Metric,
): CellComparison {
	const { method, title, labelFraction } = (first ?? second)!.group;
	const values = [first, second].map(located => located?.group.runs.map(run => run[metric]) ?? []);
	const [ours, theirs] = values as [number[], number[]];
	const median = (located: Located | undefined) => located?.group.scores[metric].summary?.median ?? null;
	const common = {
		method,
		title,
		labelFraction,
		conditions: settingName((first ?? second)!.setting),
		metric,
		counts: [ours.length, theirs.length] as const,
		medians: [median(first), median(second)] as const,
	};
	const decide = (change: Change, reason: string): CellComparison => ({
		...common,
		change,
		reason,
		interval: null,
		p: null,
	});
	if (ours.length === 0 || theirs.length === 0) {
		const places = [ours, theirs].flatMap((list, index) => (list.length === 0 ? ['AB'[index]!] : []));
		return decide('missing', `no result in ${places.join(' and ')}`);
	}

	const obstacles = differences(first!.setting, second!.setting);
	if (obstacles.length > 0) return decide('incomparable', obstacles.join('; '));
	if (sameValues(first!.group, second!.group, metric)) return decide('same', 'every seed has the same value');
	if (ours.length < 3 || theirs.length < 3) {
		return decide('inconclusive', `${ours.length} against ${theirs.length} seeds; three each are needed`);
	}

	return {
		...common,
		...test(sampleOf(first!.group, metric), sampleOf(second!.group, metric), ours, theirs, metric),
	};
}

/** Equal digests mean equal data, under whatever name. */
function conditionsOf({ profile, dataSet, steps, protocol }: Setting): Record<string, string> {
	return {
		profile,
		data: dataSet.digest ?? dataSet.name,
		steps: String(steps),
		protocol: protocol?.fingerprint ?? 'none',
	};
}

/** Why two settings do not compare. */
function differences(first: Setting, second: Setting): string[] {
	const [ours, theirs] = [conditionsOf(first), conditionsOf(second)];
	const name = (setting: Setting): Record<string, string> => ({
		profile: setting.profile,
		data: `${setting.dataSet.name} ${setting.dataSet.digest?.slice(0, 12)}`,
		steps: String(setting.steps),
		protocol: nameOf(setting.protocol),
	});
	return conditionNames
		.filter(condition => ours[condition] !== theirs[condition])
		.map(condition => `${condition} ${name(first)[condition]} against ${name(second)[condition]}`);
}

const nameOf = (protocol: Setting['protocol']): string =>
	protocol === null ? 'none' : `${protocol.name} ${protocol.fingerprint.slice(0, 12)}`;

function sameValues(first: Group, second: Group, metric: Metric): boolean {
	const list = ({ runs }: Group) => JSON.stringify(runs.map(run => [run.seed, run[metric]]));
	return list(first) === list(second);
}

function sampleOf({ scores }: Group, metric: Metric): Sample {
	const { n, mean, sampleStd } = scores[metric].summary!;
	return { n, mean, sampleStd: sampleStd ?? 0 };
}

function test(a: Sample, b: Sample, ours: readonly number[], theirs: readonly number[], metric: Metric) {
	const interval = differenceInterval(b, a);
	const { p } = canListAll(ours.length, theirs.length, 200_000)
		? permutationTest(ours, theirs)
		: randomPermutationTest(ours, theirs, { seed: 1 });
	const difference = b.mean - a.mean;
	const words = `difference of the means between ${formatDifference(interval.low)} and ${formatDifference(interval.high)}, permutation p = ${p.toFixed(3)}`;
	const tolerance = Math.abs(a.mean) * margin;
	const excludesZero = interval.low > 0 || interval.high < 0;
	// Runs that hardly vary make every difference significant; one below a hundredth is none that matters.
	if (excludesZero && Math.abs(difference) > Math.abs(a.mean) / 100) {
		const change: Change = difference < 0 === (metric === 'fid') ? 'better' : 'worse';
		return { change, reason: words, interval, p };
	}

	const change: Change = interval.low >= -tolerance && interval.high <= tolerance ? 'same' : 'inconclusive';
	return { change, reason: words, interval, p };
}

/** `S3GAN, 10 %, FID` */
export const cellName = ({ title, labelFraction, metric }: CellComparison): string =>
	`${title}, ${formatLabels(labelFraction)}, ${metric === 'fid' ? 'FID' : 'IS'}`;
