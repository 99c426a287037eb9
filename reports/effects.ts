import { mean, sampleStandardDeviation } from 'simple-statistics';
import { holm } from '../harness/statistics/holm.ts';
import {
	canListAll,
	type PermutationTest,
	permutationTest,
	randomPermutationTest,
} from '../harness/statistics/permutation-test.ts';
import { paperScore } from '../reference/paper-score.ts';
import { detectable } from './build-group.ts';
import { formatScore } from './format.ts';
import { type Effect, type Group, type Metric, metrics } from './report-schema.ts';

interface Claim {
	readonly claim: string;
	readonly first: string;
	readonly second: string;
	/** Label fraction of the second method, `same` as the first's by default. */
	readonly secondFraction?: 'same' | 'all';
}

/** What the paper compares (§3.3, §5): each claim is a pair of methods. */
const claims: readonly Claim[] = [
	{ claim: 'self-supervision', first: 's3gan', second: 's2gan' },
	{ claim: 'self-supervision', first: 's3gan-co', second: 's2gan-co' },
	{ claim: 'self-supervision', first: 'single-label-ss', second: 'single-label' },
	{ claim: 'self-supervision', first: 'clustering-ss', second: 'clustering' },
	{ claim: 'pre-training instead of co-training', first: 's2gan', second: 's2gan-co' },
	{ claim: 'pre-training instead of co-training', first: 's3gan', second: 's3gan-co' },
	{ claim: 'soft instead of hard labels', first: 's2gan-soft', second: 's2gan' },
	{ claim: 'clusters instead of one label', first: 'clustering', second: 'single-label' },
	{ claim: 'clusters instead of random labels', first: 'clustering', second: 'random-label' },
	{ claim: 'against BIGGAN with all labels', first: 's3gan', second: 'big-gan', secondFraction: 'all' },
	{ claim: 'against BIGGAN with all labels', first: 's2gan', second: 'big-gan', secondFraction: 'all' },
	{
		claim: 'against BIGGAN with all labels',
		first: 'random-label',
		second: 'big-gan',
		secondFraction: 'all',
	},
	{
		claim: 'against BIGGAN with all labels',
		first: 'single-label',
		second: 'big-gan',
		secondFraction: 'all',
	},
];

/** More divisions than this are drawn instead of listed: the exact p-value would not differ visibly. */
const mostListed = 200_000;
const significance = 0.05;

/**
 * Differences between methods that share a setting: the paper's claims, and each method of others against BIGGAN.
 * Exact permutation tests, Holm's correction over all effects of a metric.
 */
export function findEffects(groups: readonly Group[]): Effect[] {
	const own = [...new Set(groups.filter(({ paperRow }) => paperRow === null).map(({ method }) => method))];
	const pairs = [
		...claims,
		...own.map(
			(method): Claim => ({
				claim: 'against BIGGAN with all labels',
				first: method,
				second: 'big-gan',
				secondFraction: 'all',
			}),
		),
	].flatMap(claim => matchGroups(claim, groups));
	return metrics.flatMap(metric => {
		const tests = pairs.map(({ first, second }) => testPair(first, second, metric));
		const values = tests.map(({ p }) => p);
		const adjusted = holm(values);
		return pairs.map((pair, index) => {
			// Had these seeds lain as far apart as can be, with all other tests as they are.
			const { smallestP } = tests[index]!;
			const smallestAdjustedP = holm(values.with(index, smallestP))[index]!;
			const correction = { adjustedP: adjusted[index]!, smallestAdjustedP, tests: tests.length };
			return describe(pair, metric, tests[index]!, correction);
		});
	});
}

/** What Holm's correction makes of one of several tests. */
interface Correction {
	readonly adjustedP: number;
	/** What the seeds of this test could have reached after the correction, whatever their values. */
	readonly smallestAdjustedP: number;
	/** Tests that are corrected together. */
	readonly tests: number;
}

interface Pair {
	readonly claim: string;
	readonly first: Group;
	readonly second: Group;
}

function matchGroups({ claim, first, second, secondFraction }: Claim, groups: readonly Group[]): Pair[] {
	const withRuns = groups.filter(({ runs }) => runs.length > 0);
	return withRuns
		.filter(({ method }) => method === first)
		.flatMap(group => {
			const fraction = secondFraction === 'all' ? 1 : group.labelFraction;
			const other = withRuns.find(
				candidate => candidate.method === second && candidate.labelFraction === fraction,
			);
			return other === undefined ? [] : [{ claim, first: group, second: other }];
		});
}

const valuesOf = ({ runs }: Group, metric: Metric): number[] => runs.map(run => run[metric]);

function testPair(first: Group, second: Group, metric: Metric): PermutationTest {
	const [ours, theirs] = [valuesOf(first, metric), valuesOf(second, metric)];
	return canListAll(ours.length, theirs.length, mostListed)
		? permutationTest(ours, theirs)
		: randomPermutationTest(ours, theirs, { seed: 1 });
}

function describe(
	{ claim, first, second }: Pair,
	metric: Metric,
	{ p, smallestP }: PermutationTest,
	{ adjustedP, smallestAdjustedP, tests }: Correction,
): Effect {
	const [ours, theirs] = [valuesOf(first, metric), valuesOf(second, metric)];
	const difference = mean(ours) - mean(theirs);
	// Any one of the tests may have to pass the correction for all of them.
	const smallestDetectable = detectableDifference(ours, theirs, significance / tests);
	const conclude = (): string => {
		const cannot = `inconclusive: ${ours.length} against ${theirs.length} seeds cannot reach p below`;
		if (smallestP > significance) return `${cannot} ${smallestP.toFixed(2)}`;
		if (adjustedP <= significance) {
			return `${difference < 0 === (metric === 'fid') ? 'better' : 'worse'}: ${first.title} has the ${difference < 0 ? 'lower' : 'higher'} value`;
		}

		if (smallestAdjustedP > significance) {
			return `${cannot} ${smallestAdjustedP.toFixed(2)}, corrected for ${tests} tests`;
		}

		return `no difference shown${smallestDetectable === null ? '' : `; differences below ${formatScore(smallestDetectable)} go unnoticed`}`;
	};
	return {
		claim,
		labelFraction: first.labelFraction,
		metric,
		first: first.title,
		second: second.title,
		counts: [ours.length, theirs.length],
		difference,
		differencePercent: (100 * difference) / mean(theirs),
		paperDifferencePercent: paperDifference(first, second, metric),
		p,
		adjustedP,
		smallestP,
		smallestAdjustedP,
		smallestDetectable,
		conclusion: conclude(),
	};
}

function detectableDifference(
	first: readonly number[],
	second: readonly number[],
	alpha: number,
): number | null {
	if (first.length < 2 || second.length < 2) return null;
	const squares = [first, second].map(
		values => (values.length - 1) * sampleStandardDeviation([...values]) ** 2,
	);
	const pooled = Math.sqrt((squares[0]! + squares[1]!) / (first.length + second.length - 2));
	return detectable(first.length, second.length, pooled, alpha);
}

/** From the paper's medians, in percent; null where it prints one of them not. */
function paperDifference(first: Group, second: Group, metric: Metric): number | null {
	const [ours, theirs] = [first, second].map(({ method, labelFraction }) =>
		paperScore({ method, labelFraction, metric, statistic: 'median' }),
	);
	return ours === undefined || theirs === undefined
		? null
		: (100 * (ours.value - theirs.value)) / theirs.value;
}
