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

export type Change = 'better' | 'worse' | 'same' | 'inconclusive' | 'incomparable' | 'missing';

/** One cell and score of two reports, B against A. */
export interface CellComparison {
	readonly method: string;
	readonly title: string;
	readonly labelFraction: number | null;
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

type Located = { readonly group: Group; readonly setting: Setting };

/**
 * Each cell of two reports, B against A: worse or better if the 95 % interval of the difference of the means excludes
 * zero and the difference is more than a hundredth of A's mean, same if the interval lies within ±10 % of A's mean or
 * all values are equal, inconclusive otherwise. Cells measured under other conditions are incomparable.
 */
export function compareReports(first: Report, second: Report): CellComparison[] {
	const [ours, theirs] = [locate(first), locate(second)];
	const keys = [...new Set([...ours.keys(), ...theirs.keys()])];
	return keys.flatMap(key => metrics.map(metric => compareCell(ours.get(key), theirs.get(key), metric)));
}

/** A cell is a method at a label fraction in one profile, data set and number of steps; the first one with runs counts. */
function locate({ settings }: Report): Map<string, Located> {
	const cells = new Map<string, Located>();
	for (const setting of settings) {
		for (const group of setting.groups) {
			const key = JSON.stringify([group.method, group.labelFraction]);
			const known = cells.get(key);
			if (known === undefined || known.group.runs.length < group.runs.length)
				cells.set(key, { group, setting });
		}
	}

	return cells;
}

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
		return decide('missing', `no result in ${ours.length === 0 ? 'A' : 'B'}`);
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

/** Why two settings do not compare; the fingerprint of the protocol covers extractor, counts and reference. */
function differences(first: Setting, second: Setting): string[] {
	const pairs: Array<[name: string, first: unknown, second: unknown]> = [
		['profile', first.profile, second.profile],
		['steps', first.steps, second.steps],
		[
			'data',
			`${first.dataSet.name} ${first.dataSet.digest?.slice(0, 12)}`,
			`${second.dataSet.name} ${second.dataSet.digest?.slice(0, 12)}`,
		],
		['protocol', nameOf(first.protocol), nameOf(second.protocol)],
	];
	return pairs
		.filter(([, ours, theirs]) => ours !== theirs)
		.map(([name, ours, theirs]) => `${name} ${String(ours)} against ${String(theirs)}`);
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
