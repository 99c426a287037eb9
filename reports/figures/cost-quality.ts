import { formatLabels } from '../format.ts';
import type { Setting } from '../report-schema.ts';
import { costCaveat } from '../shared-training.ts';
import type { FigureSpecification } from './render-figure.ts';
import { mostSeries, seriesEncodings } from './theme.ts';

/** Median training time of a run against its median FID: what a better score costs. */
export function costQualityFigures({ groups }: Setting, prefix: string): FigureSpecification[] {
	const timed = groups.filter(({ trainingSeconds, runs }) => trainingSeconds !== null && runs.length > 0);
	if (timed.length < 2) return [];
	const methods = [...new Set(timed.map(({ title }) => title))].slice(0, mostSeries);
	const longest = Math.max(...timed.map(({ trainingSeconds }) => trainingSeconds!));
	const [unit, seconds] =
		longest >= 7200 ? ['hours', 3600] : longest >= 120 ? ['minutes', 60] : ['seconds', 1];
	const values = timed
		.filter(({ title }) => methods.includes(title))
		.map(({ title, labelFraction, trainingSeconds, scores }) => ({
			method: title,
			labels: formatLabels(labelFraction),
			time: trainingSeconds! / Number(seconds),
			fid: scores.fid.summary!.median,
		}));
	const position = {
		x: {
			field: 'time',
			type: 'quantitative',
			title: `training time of one run (${unit}, median)`,
			scale: { zero: false, padding: 30 },
			axis: { format: '~g' },
		},
		y: {
			field: 'fid',
			type: 'quantitative',
			title: 'FID (lower is better)',
			scale: { zero: false, padding: 20 },
		},
	};
	const { color, shape } = seriesEncodings(methods);
	const title = 'Cost against quality';
	return [
		{
			name: `${prefix}cost-quality`,
			title,
			caption: `${title}: median training time of one run on its own machine, in ${unit}, against its median FID; lower and further left is better. ${costCaveat} ${values
				.map(
					({ method, labels, time, fid }) =>
						`${method} (${labels}): ${time.toFixed(1)}, FID ${fid.toFixed(1)}`,
				)
				.join('; ')}.`,
			specification: {
				width: 780,
				height: 260,
				data: { values },
				layer: [
					{
						mark: { type: 'point', filled: true, size: 90, opacity: 1 },
						encoding: {
							...position,
							color,
							shape,
						},
					},
					{
						mark: { type: 'text', dy: -11, fontSize: 10 },
						encoding: { ...position, text: { field: 'labels' } },
					},
				],
			},
		},
	];
}
