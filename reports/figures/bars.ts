import { paperScore } from '../../reference/paper-score.ts';
import { formatLabels, formatScore } from '../format.ts';
import type { Group, Setting } from '../report-schema.ts';
import type { FigureSpecification } from './render-figure.ts';
import { tone } from './theme.ts';

interface Bar {
	readonly name: string;
	readonly source: 'ours' | 'paper';
	readonly value: number;
}

interface BarsOptions {
	readonly name: string;
	readonly title: string;
	/** Cells in the order of the figure, with their names in it. */
	readonly cells: ReadonlyArray<{ readonly label: string; readonly group: Group }>;
	/** Whether the paper's numbers may stand beside ours. */
	readonly comparable: boolean;
	/** Our own cell of BIGGAN with all labels. */
	readonly baseline: Group | undefined;
}

/** Figures 1, 7 and 8 of the paper, as far as the cells of a setting go; none without results. */
export function barFigures({ groups, obstacles }: Setting, prefix: string): FigureSpecification[] {
	const withRuns = groups.filter(({ runs }) => runs.length > 0);
	const baseline = withRuns.find(({ method, labelFraction }) => method === 'big-gan' && labelFraction === 1);
	const shared = { comparable: obstacles.length === 0, baseline };
	const unsupervised = ['random-label', 'single-label', 'single-label-ss', 'clustering', 'clustering-ss'];
	const fractions = [0.05, 0.1, 0.2];
	const find = (method: string, labelFraction: number | null) =>
		withRuns.filter(group => group.method === method && group.labelFraction === labelFraction);
	const figures = [
		{
			name: `${prefix}figure-1`,
			title: 'Figure 1: median FID of all methods',
			cells: withRuns
				.filter(group => group !== baseline || withRuns.length === 1)
				.map(group => ({
					label:
						group.labelFraction === null
							? group.title
							: `${group.title}: ${formatLabels(group.labelFraction)}`,
					group,
				})),
		},
		{
			name: `${prefix}figure-7`,
			title: 'Figure 7: median FID without labels',
			cells: unsupervised.flatMap(method => find(method, null).map(group => ({ label: group.title, group }))),
		},
		{
			name: `${prefix}figure-8`,
			title: 'Figure 8: median FID of S2GAN and S3GAN',
			cells: fractions.flatMap(fraction =>
				['s2gan', 's3gan'].flatMap(method =>
					find(method, fraction).map(group => ({
						label: `${group.title}: ${formatLabels(fraction)}`,
						group,
					})),
				),
			),
		},
	];
	return figures.filter(({ cells }) => cells.length > 0).map(figure => drawBars({ ...figure, ...shared }));
}

/** Rows of one figure: more would not be read. */
const mostRows = 60;

function drawBars({ name, title, cells, comparable, baseline }: BarsOptions): FigureSpecification {
	const shown = cells.slice(0, mostRows);
	const bars = shown.flatMap(({ label, group }): Bar[] => {
		const { summary, paper } = group.scores.fid;
		return [
			{ name: label, source: 'ours', value: summary!.median },
			...(comparable && paper.median !== null
				? [{ name: label, source: 'paper' as const, value: paper.median.value }]
				: []),
		];
	});
	const seeds = shown.flatMap(({ label, group }) =>
		// Thousands of seeds would hide the bar.
		group.runs.slice(0, 20).map(run => ({ name: label, source: 'ours', value: run.fid, seed: run.seed })),
	);
	// A collapsed seed would press all bars together: it is named instead of drawn.
	const limit = 1.5 * Math.max(...bars.map(({ value }) => value));
	const beyond = seeds.filter(({ value }) => value > limit);
	const ours = baseline?.scores.fid.summary?.median;
	const theirs = comparable
		? paperScore({ method: 'big-gan', labelFraction: 1, metric: 'fid', statistic: 'median' })!.value
		: undefined;
	const lines = [
		...(ours === undefined ? [] : [{ value: ours, source: 'ours' }]),
		...(theirs === undefined ? [] : [{ value: theirs, source: 'paper' }]),
	];
	const order = shown.map(({ label }) => label);
	const colour = {
		field: 'source',
		type: 'nominal',
		title: null,
		scale: { domain: ['ours', 'paper'], range: [tone('series-1'), tone('series-7')] },
		...(comparable ? {} : { legend: null }),
	};
	const position = {
		y: { field: 'name', type: 'nominal', sort: order, title: null, axis: { ticks: false, domain: false } },
		yOffset: { field: 'source', type: 'nominal', sort: ['ours', 'paper'] },
	};
	return {
		name,
		title,
		caption: `${title}. ${inWords(bars)}${
			lines.length === 0
				? ''
				: `. Vertical lines, BIGGAN with all labels: ${lines.map(({ value, source }) => `${formatScore(value)} (${source})`).join(', ')}`
		}. Dots are single seeds${
			beyond.length === 0
				? ''
				: `; beyond the axis: ${beyond.map(({ name: cell, seed, value }) => `${cell}, seed ${seed}: ${formatScore(value)}`).join('; ')}`
		}.${comparable ? '' : ' The conditions are not the paper’s, so its numbers are left out.'}`,
		specification: {
			width: 760,
			height: { step: comparable ? 13 : 22 },
			layer: [
				{
					data: { values: bars },
					mark: { type: 'bar', cornerRadiusEnd: 1 },
					encoding: {
						...position,
						x: {
							field: 'value',
							type: 'quantitative',
							title: 'FID (lower is better)',
							scale: { zero: true },
						},
						color: colour,
					},
				},
				{
					data: { values: seeds.filter(({ value }) => value <= limit) },
					mark: { type: 'point', size: 18, filled: true, opacity: 0.9, color: tone('ink') },
					encoding: { ...position, x: { field: 'value', type: 'quantitative' } },
				},
				...(lines.length === 0
					? []
					: [
							{
								data: { values: lines },
								mark: { type: 'rule', strokeWidth: 2, strokeDash: [5, 3] },
								encoding: { x: { field: 'value', type: 'quantitative' }, color: colour },
							},
						]),
			],
		},
	};
}

/** `S3GAN: 10 % 8.02 (paper 8.00), …` */
function inWords(bars: readonly Bar[]): string {
	const names = [...new Set(bars.map(({ name }) => name))];
	return names
		.map(name => {
			const [ours, theirs] = bars.filter(bar => bar.name === name);
			return `${name} ${formatScore(ours!.value)}${theirs === undefined ? '' : ` (paper ${formatScore(theirs.value)})`}`;
		})
		.join(', ');
}
