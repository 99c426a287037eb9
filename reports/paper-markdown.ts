import { markdownTable } from 'markdown-table';
import { escapeMarkdown, formatCount, formatDifference, formatLabels, formatScore } from './format.ts';
import type { Effect, PaperCell, PaperTable, Report, Setting, TextTable } from './report-schema.ts';

/** Tables 2, 4, 5, 12, 13 and 14 in the paper's layout: ours, in brackets the paper's, difference and n, the verdict. */
export function paperTablesInMarkdown({ tables }: Setting, heading: string): string[] {
	return tables.flatMap(({ number, caption, columns, rows }: PaperTable) => [
		`${heading} Table ${number}: ${escapeMarkdown(caption.replace('+-', '±'))}`,
		'Ours (the paper’s; difference; n) and the verdict.',
		markdownTable(
			[
				['method', ...columns],
				...rows.map(({ name, cells }) => [escapeMarkdown(name), ...cells.map(cellInWords)]),
			],
			{ align: ['l', ...columns.map(() => 'r' as const)] },
		),
	]);
}

function cellInWords({ ours, paper, difference, n, verdict, note, planned }: PaperCell): string {
	if (ours === null) return `${planned === 0 ? '–' : 'not run'} (${paper})`;
	const words = [paper, ...(difference === null ? [] : [formatDifference(difference)]), `n = ${n}`].join(
		'; ',
	);
	return `${ours} (${words}) ${verdict}${note === null ? '' : `; ${note}`}`;
}

/** Tables 1 and 3. */
export function textTableInMarkdown({ number, caption, note, columns, rows }: TextTable): string[] {
	const escaped = rows.map(row => row.map(escapeMarkdown));
	return [
		`## Table ${number}: ${escapeMarkdown(caption)}`,
		...(note === null ? [] : [escapeMarkdown(note)]),
		markdownTable([[...columns], ...escaped]),
	];
}

/** Differences between methods with their p-values; nothing without a pair. */
export function effectsInMarkdown({ effects, groups }: Setting, heading: string): string[] {
	if (effects.length === 0) return [];
	return [
		`${heading} Effects between methods`,
		markdownTable(
			[
				['effect', 'labels', 'score', 'n', 'difference', 'in %', 'paper %', 'p', 'p (Holm)', 'conclusion'],
				...effects.map(effect => effectRow(effect, groups)),
			],
			{ align: ['l', 'r', 'l', 'r', 'r', 'r', 'r', 'r', 'r', 'l'] },
		),
	];
}

function effectRow(effect: Effect, groups: Setting['groups']): string[] {
	const markOf = (title: string): string =>
		groups.some(group => group.title === title && group.waived.length > 0) ? ' †' : '';
	const { claim, first, second, labelFraction, metric, counts, conclusion } = effect;
	const paper = effect.paperDifferencePercent;
	return [
		escapeMarkdown(`${claim}: ${first}${markOf(first)} − ${second}${markOf(second)}`),
		formatLabels(labelFraction),
		metric === 'fid' ? 'FID' : 'IS',
		counts.join(' / '),
		formatDifference(effect.difference),
		formatDifference(effect.differencePercent),
		paper === null ? '–' : formatDifference(paper),
		formatScore(effect.p),
		formatScore(effect.adjustedP),
		escapeMarkdown(conclusion),
	];
}

/** Rules that failed, and every waiver. */
export function complianceInMarkdown({ compliance }: Report): string[] {
	const failed = compliance.rules.filter(rule => rule.failed > 0);
	return [
		'## Compliance',
		failed.length === 0
			? `${compliance.rules.length} rules, edition ${compliance.edition}: all hold.`
			: failed
					.map(
						({ name, summary, failed: count }) =>
							`* **${name}** (${summary}): ${formatCount(count)} violations`,
					)
					.join('\n'),
		...(compliance.waivers.length === 0
			? []
			: [
					compliance.waivers
						.map(
							({ rule, where, words, used }) =>
								`* † ${rule} waived, ${escapeMarkdown(where)}: ${escapeMarkdown(words)}${used ? '' : ' (excuses nothing)'}`,
						)
						.join('\n'),
				]),
	];
}
