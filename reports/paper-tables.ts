import { paperScore } from '../reference/paper-score.ts';
import { readResults } from '../reference/results.ts';
import { formatLabels } from './format.ts';
import type { Group, Metric, PaperCell, PaperTable } from './report-schema.ts';

type Row = readonly [method: string, printed: string];

interface Layout {
	readonly number: 2 | 4 | 5 | 12 | 13 | 14;
	readonly statistic: 'median' | 'mean';
	readonly rows: readonly Row[];
	readonly labelFractions: readonly (number | null)[];
}

const fewLabels = [0.05, 0.1, 0.2];
const withoutLabels: Row[] = [
	['random-label', 'RANDOM LABEL'],
	['single-label', 'SINGLE LABEL'],
	['single-label-ss', 'SINGLE LABEL (SS)'],
	['clustering', 'CLUSTERING'],
	['clustering-ss', 'CLUSTERING (SS)'],
];
const withFewLabels: Row[] = [
	['s2gan', 'S2GAN'],
	['s2gan-co', 'S2GAN-CO'],
	['s3gan', 'S3GAN'],
	['s3gan-co', 'S3GAN-CO'],
];
const byName = ([, first]: Row, [, second]: Row) => (first < second ? -1 : 1);

// Rows in the order in which the paper prints them; Table 14 sorts Table 2's by name.
const layouts: readonly Layout[] = [
	{ number: 2, statistic: 'median', rows: withoutLabels, labelFractions: [null] },
	{ number: 4, statistic: 'median', rows: withFewLabels, labelFractions: fewLabels },
	{
		number: 5,
		statistic: 'median',
		rows: [
			['s2gan', 'S2GAN'],
			['s2gan-soft', 'S2GAN +SOFT'],
		],
		labelFractions: fewLabels,
	},
	{ number: 12, statistic: 'mean', rows: withFewLabels, labelFractions: fewLabels },
	{
		number: 13,
		statistic: 'mean',
		rows: [
			['s2gan', 'S2GAN'],
			['s2gan-soft', 'S2GAN SOFT'],
		],
		labelFractions: fewLabels,
	},
	{ number: 14, statistic: 'mean', rows: [...withoutLabels].sort(byName), labelFractions: [null] },
];

const metricNames: Readonly<Record<Metric, string>> = { fid: 'FID', inceptionScore: 'IS' };

/**
 * Tables 2, 4, 5, 12, 13 and 14 of the paper with the scores of these cells, in its layout and with its decimals.
 * A table that none of the cells belongs to is left out.
 */
export function paperTables(groups: readonly Group[]): PaperTable[] {
	const cells = new Map(groups.map(group => [keyOf(group), group]));
	return layouts
		.filter(({ rows, labelFractions }) =>
			rows.some(([method]) =>
				labelFractions.some(labelFraction => cells.has(keyOf({ method, labelFraction }))),
			),
		)
		.map(layout => buildTable(layout, cells));
}

const keyOf = ({ method, labelFraction }: Pick<Group, 'method' | 'labelFraction'>): string =>
	`${method} ${labelFraction}`;

function buildTable(layout: Layout, cells: ReadonlyMap<string, Group>): PaperTable {
	const { number, statistic, rows, labelFractions } = layout;
	const columns = (['fid', 'inceptionScore'] as const).flatMap(metric =>
		labelFractions.map(labelFraction => ({ metric, labelFraction })),
	);
	return {
		number,
		caption: readResults()[`table${number}`].caption,
		statistic,
		columns: columns.map(
			({ metric, labelFraction }) =>
				`${metricNames[metric]}${labelFraction === null ? '' : ` ${formatLabels(labelFraction)}`}`,
		),
		rows: rows.map(([method, name]) => ({
			name,
			cells: columns.map(({ metric, labelFraction }) =>
				buildCell({ method, labelFraction, metric, statistic, table: number }, cells),
			),
		})),
	};
}

function buildCell(
	query: {
		readonly method: string;
		readonly labelFraction: number | null;
		readonly metric: Metric;
		readonly statistic: 'median' | 'mean';
		readonly table: number;
	},
	groups: ReadonlyMap<string, Group>,
): PaperCell {
	const { method, labelFraction, metric, statistic } = query;
	const group = groups.get(keyOf(query));
	const score = group?.scores[metric];
	const paper = paperScore(query)!;
	const summary = score?.summary ?? null;
	return {
		method,
		labelFraction,
		metric,
		ours:
			summary === null
				? null
				: printScore(
						statistic === 'median' ? summary.median : summary.mean,
						statistic === 'median' || summary.n === 1 ? undefined : summary.populationStd,
					),
		paper: printScore(paper.value, paper.std),
		difference:
			summary === null || score!.verdict === 'not comparable'
				? null
				: (statistic === 'median' ? summary.median : summary.mean) - paper.value,
		n: summary?.n ?? 0,
		planned: group?.planned ?? 0,
		note: group === undefined ? null : noteOf(group),
		verdict: score?.verdict ?? 'not run',
	};
}

/** With the paper's decimals: one, and two for the spread. */
function printScore(value: number, std: number | undefined): string {
	return std === undefined ? value.toFixed(1) : `${value.toFixed(1)} ± ${std.toFixed(2)}`;
}

export const collapsedOf = ({ runs }: Pick<Group, 'runs'>): number =>
	runs.filter(run => run.collapsed !== null).length;

/** What a reader must know beside the number: collapsed and failed seeds count, as in the paper. */
export function noteOf({ runs, planned, failed, waived }: Group): string | null {
	const collapsed = collapsedOf({ runs });
	const changed = runs.filter(run => run.changedSource !== null).length;
	const parts = [
		...(collapsed > 0 ? [`${collapsed} of ${runs.length} collapsed`] : []),
		...(failed > 0 ? [`${failed} of ${planned} failed`] : []),
		...(runs.length + failed < planned ? [`${planned - runs.length - failed} of ${planned} not run`] : []),
		...(changed > 0 ? [`${changed} of ${runs.length} made by other source than today’s`] : []),
		...(waived.length > 0 ? [`† waived: ${waived.join(', ')}`] : []),
	];
	return parts.length === 0 ? null : parts.join('; ');
}
