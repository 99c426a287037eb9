import { formatCount, formatLabels } from './format.ts';
import { metrics, type Report } from './report-schema.ts';
import { overviewTable } from './tables.ts';

const titles = { fid: 'FID', inceptionScore: 'Inception score' } as const;

/** The tables of medians, and what is missing, for a terminal. */
export function formatTables({ settings, holes }: Report): string {
	const lines = settings.flatMap(setting => {
		const { profile, dataSet, steps, protocol, obstacles } = setting;
		return [
			`${profile} · ${dataSet.name} · ${formatCount(steps)} steps · ${protocol?.name ?? 'no result yet'}`,
			...(obstacles.length === 0 ? [] : [`not comparable with the paper: ${obstacles.join('; ')}`]),
			'',
			...metrics.flatMap(metric => [
				`${titles[metric]}, median over seeds`,
				overviewTable(setting, metric, title => title),
				'',
			]),
		];
	});
	const missing = holes.map(
		hole =>
			`no result: ${hole.title}, ${formatLabels(hole.labelFraction)}, seed ${hole.seed}: ${hole.state} (${hole.reason})`,
	);
	return `${[...lines, ...missing].join('\n').trimEnd()}\n`;
}
