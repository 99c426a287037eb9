import { markdownTable } from 'markdown-table';
import { formatCount, formatLabels } from './format.ts';
import { changedSourceInWords, waiversInWords } from './notes.ts';
import { metrics, type Report, type TextTable } from './report-schema.ts';
import { cellTable } from './tables.ts';

const titles = { fid: 'FID', inceptionScore: 'Inception score' } as const;

/** The tables of medians, and what is missing, for a terminal; Table 3 for a grid of classifiers alone. */
export function formatTables(report: Report): string {
	const { settings, holes, runs, classifier } = report;
	const lines = settings.flatMap(setting => {
		const { profile, dataSet, steps, protocol, obstacles } = setting;
		return [
			`${profile} · ${dataSet.name} · ${formatCount(steps)} steps · ${protocol?.name ?? 'no result yet'}`,
			...(obstacles.length === 0 ? [] : [`not comparable with the paper: ${obstacles.join('; ')}`]),
			'',
			...metrics.flatMap(metric => [`${titles[metric]}, median over seeds`, cellTable(setting, metric), '']),
		];
	});
	const missing = holes.map(
		hole =>
			`no result: ${hole.title}, ${formatLabels(hole.labelFraction)}, seed ${hole.seed}: ${hole.state} (${hole.reason})`,
	);
	const classifiers = runs.finished === 0 ? textTable(classifier) : [];
	const notes = [...changedSourceInWords(report), ...waiversInWords(report)];
	const separated = notes.length > 0 && missing.length > 0 ? [...notes, ''] : notes;
	return `${[...lines, ...classifiers, ...separated, ...missing].join('\n').trimEnd()}\n`;
}

function textTable({ number, caption, note, columns, rows }: TextTable): string[] {
	const head = [`Table ${number}: ${caption}`, ...(note === null ? [] : [note])];
	return [...head, '', markdownTable([[...columns], ...rows.map(row => [...row])]), ''];
}
