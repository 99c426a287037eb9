import { markdownTable } from 'markdown-table';
import {
	escapeMarkdown,
	formatCount,
	formatDifference,
	formatInterval,
	formatLabels,
	formatMeanAndStd,
	formatPaperScore,
	formatScore,
} from './format.ts';
import { judgementInWords } from './judge.ts';
import { collapsedOf, noteOf } from './paper-tables.ts';
import type { Comparison, Group, Metric, ReportedRun, Setting } from './report-schema.ts';

const none = '–';

/**
 * The paper's layout: a row for each method, a column for each label fraction, in a cell our median and the
 * paper's, a † where a waiver excuses something, and how many runs are missing or have collapsed.
 *
 * @param signOf what stands behind a cell for its verdict, default nothing
 */
export function overviewTable(
	{ groups }: Setting,
	metric: Metric,
	signOf: (verdict: Comparison['verdict']) => string = () => '',
): string {
	const methods = [...new Map(groups.map(group => [group.method, group.title]))];
	const fractions = [...new Set(groups.map(group => group.labelFraction))].sort(
		(first, second) => (first ?? 0) - (second ?? 0),
	);
	return markdownTable(
		[
			['method', ...fractions.map(formatLabels)],
			...methods.map(([method, title]) => [
				escapeMarkdown(title),
				...fractions.map(fraction => {
					const group = groups.find(
						candidate => candidate.method === method && candidate.labelFraction === fraction,
					);
					return group === undefined
						? none
						: `${overviewCell(group, metric)}${signOf(group.scores[metric].verdict)}`;
				}),
			]),
		],
		{ align: ['l', ...fractions.map(() => 'r' as const)] },
	);
}

function overviewCell(group: Group, metric: Metric): string {
	const { scores, runs, planned } = group;
	const { summary, paper } = scores[metric];
	const ours = summary === null ? 'not run' : formatScore(summary.median);
	const collapsed = collapsedOf(group);
	const notes = [
		...(summary !== null && runs.length < planned ? [`${runs.length} of ${planned} seeds`] : []),
		...(collapsed > 0 ? [`${collapsed} of ${runs.length} collapsed`] : []),
	];
	const words = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
	return `${ours}${waiverMark(group)}${words}${paper.median === null ? '' : ` · paper ${formatPaperScore(paper.median)}`}`;
}

/** A dagger where a waiver excuses something in the cell. */
export const waiverMark = ({ waived }: Pick<Group, 'waived'>): string => (waived.length === 0 ? '' : ' †');

/** One row for each cell, in plain words for a terminal: narrow, with n, difference, verdict and notes. */
export function cellTable({ groups }: Setting, metric: Metric): string {
	return markdownTable(
		[
			['method', 'labels', 'n', 'median', 'paper', 'difference', 'verdict'],
			...groups.map(group => {
				const { summary, paper, difference, verdict } = group.scores[metric];
				const note = noteOf(group);
				return [
					group.title,
					formatLabels(group.labelFraction),
					countOfSeeds(group),
					summary === null ? none : formatScore(summary.median),
					paper.median === null ? none : formatPaperScore(paper.median),
					difference === null ? none : formatDifference(difference),
					note === null ? verdict : `${verdict}; ${note}`,
				];
			}),
		],
		{ align: ['l', 'r', 'r', 'r', 'r', 'r', 'l'] },
	);
}

const countOfSeeds = ({ runs, planned }: Group): string =>
	`${runs.length}${runs.length < planned ? ` of ${planned}` : ''}`;

/** Every seed, the statistics, the paper's numbers with where they stand, and the verdict. */
export function detailTable({ groups }: Setting, metric: Metric): string {
	return markdownTable(
		[
			[
				'method',
				'labels',
				'n',
				'seed: value',
				'median',
				'mean ± std',
				'95 % interval',
				'paper median',
				'paper mean ± std',
				'difference',
				'verdict',
				'notes',
			],
			...groups.map(group => {
				const comparison = group.scores[metric];
				return [
					escapeMarkdown(group.title),
					formatLabels(group.labelFraction),
					countOfSeeds(group),
					group.runs.map(run => seedInWords(run, metric)).join(', ') || none,
					...statisticsCells(comparison),
					judgementInWords(comparison),
					noteOf(group) ?? '',
				];
			}),
		],
		{ align: ['l', 'r', 'r', 'l', 'r', 'r', 'r', 'r', 'r', 'r', 'l', 'l'] },
	);
}

const seedInWords = (run: ReportedRun, metric: Metric): string =>
	`${run.seed}: ${formatScore(run[metric])}${run.collapsed === null ? '' : ' (collapsed)'}`;

function statisticsCells({ summary, paper, difference }: Comparison): string[] {
	const quote = (score: (typeof paper)['median']) =>
		score === null ? none : `${formatPaperScore(score)} (${score.table}, ${score.confidence})`;
	const interval = summary?.tInterval95 ?? null;
	return [
		summary === null ? none : formatScore(summary.median),
		summary === null ? none : formatMeanAndStd(summary),
		interval === null ? none : formatInterval(interval),
		quote(paper.median),
		quote(paper.mean),
		difference === null ? none : formatDifference(difference),
	];
}

/** Trainable parameters of each method's networks, from its runs. */
export function parametersTable({ groups }: Setting): string {
	const rows = groups
		.filter(group => group.runs.length > 0)
		.map(({ title, labelFraction, waived, runs: [run] }) => [
			`${escapeMarkdown(title)}${waiverMark({ waived })}`,
			formatLabels(labelFraction),
			formatCount(run!.parameters.generator),
			formatCount(run!.parameters.discriminator),
		]);
	return markdownTable([['method', 'labels', 'generator', 'discriminator'], ...rows], {
		align: ['l', 'r', 'r', 'r'],
	});
}

/** `BIGGAN, 10 %` */
export function groupName({ title, labelFraction }: Pick<Group, 'title' | 'labelFraction'>): string {
	return `${escapeMarkdown(title)}, ${formatLabels(labelFraction)}`;
}
