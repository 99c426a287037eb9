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
import type { Comparison, Group, Metric, Setting } from './report-schema.ts';

const none = '–';

/**
 * The paper's layout: a row for each method, a column for each label fraction, in a cell our median and the
 * paper's. Aligned, so that it reads as well on a terminal, where nothing needs an escape.
 */
export function overviewTable(
	{ groups }: Setting,
	metric: Metric,
	escapeTitle: (text: string) => string = escapeMarkdown,
): string {
	const methods = [...new Map(groups.map(group => [group.method, group.title]))];
	const fractions = [...new Set(groups.map(group => group.labelFraction))].sort(
		(first, second) => (first ?? 0) - (second ?? 0),
	);
	return markdownTable(
		[
			['method', ...fractions.map(formatLabels)],
			...methods.map(([method, title]) => [
				escapeTitle(title),
				...fractions.map(fraction => {
					const group = groups.find(
						candidate => candidate.method === method && candidate.labelFraction === fraction,
					);
					return group === undefined ? none : overviewCell(group, metric);
				}),
			]),
		],
		{ align: ['l', ...fractions.map(() => 'r' as const)] },
	);
}

function overviewCell({ scores, runs, planned }: Group, metric: Metric): string {
	const { summary, paper } = scores[metric];
	const ours = summary === null ? 'not run' : formatScore(summary.median);
	const holes = summary !== null && runs.length < planned ? ` (${runs.length} of ${planned} seeds)` : '';
	return `${ours}${holes}${paper.median === null ? '' : ` · paper ${formatPaperScore(paper.median)}`}`;
}

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
			],
			...groups.map(group => {
				const comparison = group.scores[metric];
				return [
					escapeMarkdown(group.title),
					formatLabels(group.labelFraction),
					`${group.runs.length}${group.runs.length < group.planned ? ` of ${group.planned}` : ''}`,
					group.runs.map(run => `${run.seed}: ${formatScore(run[metric])}`).join(', ') || none,
					...statisticsCells(comparison),
					judgementInWords(comparison),
				];
			}),
		],
		{ align: ['l', 'r', 'r', 'l', 'r', 'r', 'r', 'r', 'r', 'r', 'l'] },
	);
}

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
		.map(({ title, labelFraction, runs: [run] }) => [
			escapeMarkdown(title),
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
