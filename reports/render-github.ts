import { markdownTable } from 'markdown-table';
import { countOf } from '../harness/count-of.ts';
import { escapeMarkdown, formatCount } from './format.ts';
import { changedSourceInWords, uncheckedInWords, waiversInWords } from './notes.ts';
import { settingName } from './render-markdown.ts';
import { type Comparison, type Metric, metrics, type Report, type Setting } from './report-schema.ts';
import { detailTable, overviewTable } from './tables.ts';

const signs: Readonly<Record<Comparison['verdict'], string>> = {
	reproduced: '✅',
	worse: '❌',
	'better (explain)': '⬆️',
	inconclusive: '❔',
	'not comparable': '➖',
	'not run': '⚪',
};
const titles: Readonly<Record<Metric, string>> = { fid: 'FID', inceptionScore: 'Inception score' };

/** GitHub cuts a comment at 65,536 characters. */
const longestComment = 65_000;

/** The comment lies beside the whole report. */
const left = '\n\nCut to fit a comment; report.md has the rest.\n';

/** First line of every comment, by which a script finds its old one to replace it. */
export const commentMark = '<!-- fewer-labels report -->';

/** The report as a comment of a pull request: counts and tables of medians first, the rest folded away. */
export function renderGithub(report: Report): string {
	const { suite, runs, settings, compliance, holes } = report;
	const failed = compliance.rules.filter(rule => rule.failed > 0);
	const head = [
		commentMark,
		`### ${escapeMarkdown(suite)}: ${formatCount(runs.finished)} of ${formatCount(runs.total)} runs${report.complete ? '' : ' — incomplete'}`,
		...(runs.collapsed + runs.failed === 0
			? []
			: [
					`**${formatCount(runs.collapsed)} collapsed** (counted, as in the paper), ${formatCount(runs.failed)} failed.`,
				]),
		verdictCounts(settings),
		failed.length === 0
			? `${compliance.rules.length} compliance rules hold.`
			: `**Compliance:** ${failed.map(rule => `${rule.name} (${rule.failed})`).join(', ')} failed.`,
		...[uncheckedInWords(report), changedSourceInWords(report)].flat().map(escapeMarkdown),
		...[
			waiversInWords(report)
				.map(words => `* ${escapeMarkdown(words)}`)
				.join('\n'),
		].filter(Boolean),
	];
	const several = settings.length > 1;
	const nameOf = (setting: Setting): string => (several ? `, ${settingName(setting)}` : '');
	const tables = settings.flatMap(setting => [
		...(several ? [`#### ${settingName(setting)}`] : []),
		...(setting.obstacles.length === 0
			? []
			: [`Not comparable with the paper: ${escapeMarkdown(setting.obstacles.join('; '))}.`]),
		...metrics.flatMap(metric => [
			`**${titles[metric]}**${nameOf(setting)}, median over seeds`,
			overviewTable(setting, metric, verdict => ` ${signs[verdict]}`),
		]),
	]);
	const details = [
		...settings.flatMap(setting =>
			metrics.map(metric =>
				fold(`Seeds and intervals: ${titles[metric]}${nameOf(setting)}`, detailTable(setting, metric)),
			),
		),
		...(holes.length === 0
			? []
			: [
					fold(
						`${countOf(holes.length, 'run')} without a result`,
						holes
							.map(
								hole =>
									`* ${escapeMarkdown(hole.title)}, seed ${hole.seed}: ${hole.state} — ${escapeMarkdown(hole.reason)}`,
							)
							.join('\n'),
					),
				]),
	];
	return join([...head, ...tables], details);
}

function verdictCounts(settings: readonly Setting[]): string {
	const verdicts = settings
		.flatMap(({ groups }) => groups)
		.flatMap(({ scores }) => metrics.map(metric => scores[metric].verdict));
	const present = (Object.keys(signs) as Comparison['verdict'][]).filter(verdict =>
		verdicts.includes(verdict),
	);
	return markdownTable(
		[
			present.map(verdict => `${signs[verdict]} ${verdict}`),
			present.map(verdict => String(verdicts.filter(candidate => candidate === verdict).length)),
		],
		{ align: present.map(() => 'c') },
	);
}

const fold = (summary: string, content: string): string =>
	`<details><summary>${summary}</summary>\n\n${content}\n\n</details>`;

/** As many whole parts as fit; a table cut in the middle would break the comment. */
function join(parts: readonly string[], details: readonly string[]): string {
	let text = '';
	for (const [index, part] of [...parts, ...details].entries()) {
		if (text.length + part.length + left.length > longestComment) return `${text.trimEnd()}${left}`;
		text += `${index > 0 ? '\n\n' : ''}${part}`;
	}

	return `${text}\n`;
}
