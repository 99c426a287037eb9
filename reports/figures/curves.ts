import { formatLabels } from '../format.ts';
import type { Group, Setting } from '../report-schema.ts';
import type { FigureSpecification } from './render-figure.ts';
import { mostSeries, seriesEncodings } from './theme.ts';

interface CurvePanels {
	readonly name: string;
	readonly title: string;
	readonly axisTitle: string;
	/** Quantities that are drawn, each with what it is called. */
	readonly quantities: Readonly<Record<string, string>>;
	readonly caption: string;
}

const panels: readonly CurvePanels[] = [
	{
		name: 'figure-21',
		title: 'Figure 21: FID and inception score over generator steps',
		axisTitle: 'score',
		quantities: { fid: 'FID', inceptionScore: 'Inception score' },
		caption: 'Mean over the seeds; the band reaches from the smallest to the largest seed.',
	},
	{
		name: 'losses',
		title: 'Losses during training',
		axisTitle: 'loss',
		quantities: { 'discriminator.total': 'discriminator', 'generator.total': 'generator' },
		caption:
			'Losses of both networks. Mean over the seeds; the band reaches from the smallest to the largest seed.',
	},
	{
		name: 'rotation-accuracy',
		title: 'Rotation accuracy of the discriminator',
		axisTitle: 'accuracy',
		quantities: { 'discriminator.rotationAccuracy': 'real images' },
		caption:
			'Part of the rotated real images whose rotation the discriminator names; chance is 0.25. Mean and band over the seeds.',
	},
];

/** Figure 21, losses and rotation accuracy, as far as the runs recorded them. */
export function curveFigures({ groups }: Setting, prefix: string): FigureSpecification[] {
	return panels.flatMap(panel => {
		const rows = groups.flatMap(group =>
			group.curves
				.filter(({ quantity }) => quantity in panel.quantities)
				.flatMap(({ quantity, points }) =>
					points.map(({ step, mean, low, high }) => ({
						step,
						mean,
						low,
						high,
						method: group.title,
						panel: panelName(group, panel.quantities[quantity]!),
					})),
				),
		);
		return rows.length === 0 ? [] : [drawCurves({ ...panel, name: `${prefix}${panel.name}` }, rows)];
	});
}

/** One panel for each quantity and label fraction, so that no panel holds more lines than there are colours. */
const panelName = ({ labelFraction }: Group, quantity: string): string =>
	`${quantity}, ${formatLabels(labelFraction)}`;

function drawCurves(
	{ name, title, axisTitle, caption, quantities }: CurvePanels,
	rows: ReadonlyArray<{ readonly method: string; readonly panel: string }>,
): FigureSpecification {
	const methods = [...new Set(rows.map(({ method }) => method))].slice(0, mostSeries);
	const shown = rows.filter(({ method }) => methods.includes(method));
	const names = [...new Set(shown.map(({ panel }) => panel))];
	const columns = Object.keys(quantities).length > 1 ? 2 : Math.min(names.length, 3);
	const series = seriesEncodings(methods);
	// The band alone would give a pale legend.
	const legend = { symbolType: 'stroke', symbolStrokeWidth: 2, symbolOpacity: 1, symbolSize: 400 };
	const color = { ...series.color, legend };
	const x = {
		field: 'step',
		type: 'quantitative',
		title: 'generator steps',
		axis: { format: 's', tickCount: 5 },
	};
	return {
		name,
		title,
		caption: `${title}. ${caption} Methods: ${methods.join(', ')}.`,
		specification: {
			data: { values: shown },
			facet: { field: 'panel', type: 'nominal', title: null, sort: names },
			columns,
			spec: {
				width: [760, 420, 260][columns - 1],
				height: 170,
				layer: [
					{
						mark: { type: 'area', opacity: 0.18 },
						encoding: {
							x,
							y: { field: 'low', type: 'quantitative', title: axisTitle, scale: { zero: false } },
							y2: { field: 'high' },
							color,
						},
					},
					{
						mark: { type: 'line', strokeWidth: 1.8 },
						encoding: {
							x,
							y: { field: 'mean', type: 'quantitative' },
							color,
							strokeDash: { ...series.strokeDash, legend },
						},
					},
				],
			},
			resolve: { scale: { y: 'independent', x: 'shared' }, axis: { x: 'independent' } },
		},
	};
}
