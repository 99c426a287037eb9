import { paperScore } from '../../reference/paper-score.ts';
import { type Group, type Metric, metrics, type Setting } from '../report-schema.ts';
import type { FigureSpecification } from './render-figure.ts';
import { mostSeries, seriesEncodings } from './theme.ts';

const axisTitles: Readonly<Record<Metric, string>> = {
	fid: 'FID (lower is better)',
	inceptionScore: 'inception score (higher is better)',
};

/** Median scores against the part of the labels, for methods with two fractions or more; ours beside the paper's. */
export function labelFractionFigures({ groups, obstacles }: Setting, prefix: string): FigureSpecification[] {
	const labelled = groups.filter(({ labelFraction, runs }) => labelFraction !== null && runs.length > 0);
	const methods = [...new Set(labelled.map(({ title }) => title))]
		.filter(title => labelled.filter(group => group.title === title).length > 1)
		.slice(0, mostSeries);
	if (methods.length === 0) return [];
	const rows = labelled
		.filter(({ title }) => methods.includes(title))
		.flatMap(group => metrics.flatMap(metric => rowsOf(group, metric, obstacles.length === 0)));
	const title = 'Scores against the part of the labels';
	const { color, shape } = seriesEncodings(methods);
	const percentages = [...new Set(rows.map(({ labels }) => labels))];
	const x = {
		field: 'labels',
		type: 'quantitative',
		title: 'labels (%)',
		scale: { type: 'log', nice: false, padding: 18 },
		axis: { values: percentages, format: '~g' },
	};
	return [
		{
			name: `${prefix}label-fractions`,
			title,
			caption: `${title}: medians over the seeds; solid lines are ours${obstacles.length === 0 ? ', dashed lines the paper’s' : ''}. Methods: ${methods.join(', ')}.`,
			specification: {
				data: { values: rows },
				hconcat: metrics.map(metric => ({
					width: 370,
					height: 230,
					transform: [{ filter: { field: 'metric', equal: metric } }],
					layer: [
						{
							mark: { type: 'line', strokeWidth: 1.8 },
							encoding: {
								x,
								y: {
									field: 'value',
									type: 'quantitative',
									title: axisTitles[metric],
									scale: { zero: false },
								},
								color,
								strokeDash: {
									field: 'source',
									type: 'nominal',
									title: null,
									scale: {
										domain: ['ours', 'paper'],
										range: [
											[1, 0],
											[4, 3],
										],
									},
									...(obstacles.length === 0 ? {} : { legend: null }),
								},
							},
						},
						{
							transform: [{ filter: { field: 'source', equal: 'ours' } }],
							mark: { type: 'point', filled: true, size: 60, opacity: 1 },
							encoding: {
								x,
								y: { field: 'value', type: 'quantitative' },
								color,
								shape,
							},
						},
					],
				})),
			},
		},
	];
}

function rowsOf(group: Group, metric: Metric, comparable: boolean) {
	const labels = group.labelFraction! * 100;
	const common = { method: group.title, metric, labels };
	const paper = paperScore({ ...group, metric, statistic: 'median' });
	return [
		{ ...common, source: 'ours', value: group.scores[metric].summary!.median },
		...(comparable && paper !== undefined ? [{ ...common, source: 'paper', value: paper.value }] : []),
	];
}
