import type { Protocol } from '../harness/run/records.ts';
import type { Summary } from '../harness/statistics/summarise.ts';
import type { Interval } from '../harness/statistics/t-interval.ts';
import { variesMoreP } from '../harness/statistics/variance-ratio.ts';
import { readHyperparameters } from '../reference/hyperparameters.ts';
import type { PaperScore } from '../reference/paper-score.ts';
import { readResults } from '../reference/results.ts';
import { type DataFacts, whyNotImageNet } from './data-facts.ts';
import { differenceInterval, type Sample, sampleStdFromPopulation } from './difference-interval.ts';
import { formatDifference } from './format.ts';
import type { Comparison, Metric } from './report-schema.ts';

export type Verdict = Comparison['verdict'];

/** What a verdict rests on: `interval` of the means, or, where the paper varies too much for it, the `median`. */
export type Basis = 'interval' | 'median';

export interface Judgement {
	readonly verdict: Verdict;
	/** Why, the most important reason first; one or more. */
	readonly reasons: readonly string[];
	/** 95 % interval of our mean minus the paper's, where the two can be compared. */
	readonly differenceInterval: Interval | null;
	/** Null where nothing was compared. */
	readonly basis: Basis | null;
}

/** Where and how a score was made, as far as the comparison with the paper depends on it. */
export interface Conditions {
	readonly profile: string;
	/** Its name, and what the records say of it. */
	readonly dataSet: { readonly name: string } & DataFacts;
	/** Generator steps. */
	readonly steps: number;
	readonly protocol: Protocol;
}

export interface Case {
	readonly metric: Metric;
	/** Null if no run of the cell has a result. */
	readonly summary: Summary | null;
	/** Seeds that the grid asks for. */
	readonly planned: number;
	/** Why no score here can be compared, from `reasonsNotComparable`. */
	readonly obstacles: readonly string[];
	readonly paper: { readonly median: PaperScore | null; readonly mean: PaperScore | null };
}

/** The profile and protocol that repeat the paper's conditions. */
export const paperProfile = 'imagenet-128';
const paperProtocol = 'tfgan-s3gan';

/**
 * Part of the paper's score within which a difference counts as none. The effects that the paper reports, of
 * self-supervision and of clustering, are 5 to 10 %.
 */
export const margin = 0.1;

/** Seeds below which an interval says next to nothing. */
export const fewestSeeds = 3;

/** Why scores made under these conditions cannot stand beside the paper's; empty if they can. */
export function reasonsNotComparable({ profile, dataSet, steps, protocol }: Conditions): readonly string[] {
	const paperSteps = readHyperparameters().gan.generatorSteps.value;
	return [
		...(protocol.proxy ? ['proxy features'] : []),
		...(!protocol.proxy && protocol.name !== paperProtocol
			? [`protocol ${protocol.name} instead of ${paperProtocol}`]
			: []),
		...(profile === paperProfile
			? []
			: [`profile ${profile} instead of ${paperProfile} (128×128, full width)`]),
		...[whyNotImageNet(dataSet.name, dataSet) ?? []].flat(),
		...(steps === paperSteps
			? []
			: [`${steps.toLocaleString('en-US')} steps instead of ${paperSteps.toLocaleString('en-US')}`]),
	];
}

/**
 * The verdict on one score. The interval of the difference between our mean and the paper's decides: reproduced if
 * it lies within the margin, worse or better if it lies on one side of zero, inconclusive otherwise. Where the
 * paper prints no spread, its median counts as an exact number.
 *
 * Some cells of the paper vary so much (71.7 ± 66.32, one run of three collapsed) that not even the paper's own runs,
 * repeated, would give an interval within the margin. There the medians decide, which the paper prints for that
 * reason: reproduced if they lie within the margin of each other, and our runs vary no more than the paper's.
 */
export function judge({ metric, summary, planned, obstacles, paper }: Case): Judgement {
	const decide = (verdict: Verdict, ...reasons: string[]): Judgement => ({
		verdict,
		reasons,
		differenceInterval: null,
		basis: null,
	});
	if (summary === null) {
		return decide('not run', `0 of ${planned} seeds have a result`);
	}

	const theirs = paper.mean ?? paper.median;
	if (obstacles.length > 0 || theirs === null) {
		return decide(
			'not comparable',
			...obstacles,
			...(theirs === null ? ['the paper prints no such score'] : []),
		);
	}

	if (summary.n < fewestSeeds || summary.n < planned) {
		return decide('inconclusive', `${summary.n} of ${Math.max(planned, fewestSeeds)} seeds`);
	}

	const { seedsPerModel } = readResults().protocol;
	const ours: Sample = { n: summary.n, mean: summary.mean, sampleStd: summary.sampleStd! };
	const published: Sample = {
		n: seedsPerModel,
		mean: theirs.value,
		sampleStd: theirs.std === undefined ? 0 : sampleStdFromPopulation(theirs.std, seedsPerModel),
	};
	const interval = differenceInterval(ours, published);
	const tolerance = theirs.value * margin;
	const byMedian = isTooSpread(published, summary.n, tolerance)
		? decideByMedian(ours, published, interval, summary.median, paper.median)
		: undefined;
	const [verdict, reason] = byMedian ?? decideByInterval(interval, tolerance, metric);
	const spread = theirs.std === undefined ? ['the paper prints no spread here'] : [];
	return {
		verdict,
		reasons: [reason, ...spread],
		differenceInterval: interval,
		basis: byMedian === undefined ? 'interval' : 'median',
	};
}

/** Whether runs exactly as spread as the paper's would leave an interval wider than the margin. */
function isTooSpread(published: Sample, count: number, tolerance: number): boolean {
	const { high } = differenceInterval({ ...published, n: count }, published);
	return high > tolerance;
}

/** Undefined where the medians do not settle it either. */
function decideByMedian(
	ours: Sample,
	published: Sample,
	interval: Interval,
	ourMedian: number,
	paperMedian: PaperScore | null,
): [verdict: Verdict, reason: string] | undefined {
	if (paperMedian === null || interval.low > 0 || interval.high < 0) return undefined;
	const difference = ourMedian - paperMedian.value;
	const tolerance = paperMedian.value * margin;
	// 5 %: only a spread that is clearly larger than the paper's counts as another behaviour.
	if (Math.abs(difference) > tolerance || variesMoreP(ours, published) < 0.05) return undefined;
	return [
		'reproduced',
		`medians differ by ${formatDifference(difference)}, within ±${tolerance.toFixed(2)}; the paper's own spread hides differences of the means below ±${(interval.high - (ours.mean - published.mean)).toFixed(2)}`,
	];
}

function decideByInterval(
	{ low, high }: Interval,
	tolerance: number,
	metric: Metric,
): [verdict: Verdict, reason: string] {
	const words = `difference of the means between ${formatDifference(low)} and ${formatDifference(high)}`;
	if (low >= -tolerance && high <= tolerance) {
		return ['reproduced', `${words}, within ±${tolerance.toFixed(2)}`];
	}

	if (low > 0 || high < 0) {
		const lower = high < 0;
		return [lower === (metric === 'fid') ? 'better (explain)' : 'worse', words];
	}

	return ['inconclusive', `${words}: more seeds needed to tell it from ±${tolerance.toFixed(2)}`];
}

/** `not comparable: proxy features`; the other reasons are the same for a whole table, or in report.json. */
export function judgementInWords({ verdict, reasons }: Judgement): string {
	return verdict === 'reproduced' ? `${verdict} (${reasons[0]})` : `${verdict}: ${reasons[0]}`;
}
