import { readSources } from '../reference/sources.ts';
import { costsInMarkdown } from './costs-markdown.ts';
import { escapeMarkdown, formatCount } from './format.ts';
import { margin } from './judge.ts';
import { changedSourceInWords } from './notes.ts';
import {
	complianceInMarkdown,
	effectsInMarkdown,
	paperTablesInMarkdown,
	textTableInMarkdown,
} from './paper-markdown.ts';
import { paperRowsOutside } from './paper-rows.ts';
import {
	type Group,
	type Metric,
	metrics,
	type Report,
	type ReportedHole,
	type Setting,
} from './report-schema.ts';
import { commandOfSuite, placeholders } from './rerun-command.ts';
import { detailTable, groupName, overviewTable, parametersTable } from './tables.ts';

const metricTitles: Readonly<Record<Metric, string>> = {
	fid: 'FID (lower is better)',
	inceptionScore: 'Inception score (higher is better)',
};

/** The report as a Markdown page in the folder `report` of the output folder. Equal reports give equal bytes. */
export function renderMarkdown(report: Report): string {
	return `${[
		`# Suite ${escapeMarkdown(report.suite)} beside arXiv 1903.02271`,
		...introduction(report),
		...report.settings.flatMap(setting => renderSetting(setting, report.settings.length > 1)),
		...textTableInMarkdown(report.methods),
		...textTableInMarkdown(report.classifier),
		...renderSamples(report),
		...complianceInMarkdown(report),
		...costsInMarkdown(report),
		...renderHoles(report),
		...renderRerun(report),
		...renderLegend(report),
	].join('\n\n')}\n`;
}

function introduction(report: Report): string[] {
	const { runs, complete, settings } = report;
	const lines = settings.map(setting => `* ${settingName(setting)}`);
	return [
		`${runs.finished} of ${runs.total} runs have a result${runs.failed > 0 ? `, ${runs.failed} failed` : ''}${runs.collapsed > 0 ? `, ${runs.collapsed} collapsed` : ''}${complete ? '' : '; **the grid is incomplete**, see Holes'}.`,
		lines.join('\n'),
		...changedSourceInWords(report).map(escapeMarkdown),
		`Each cell is the median over seeds; a seed's value is the mean over its fake sets. The numbers of the paper are those of *High-Fidelity Image Generation With Fewer Labels*, version 1: ImageNet 128×128, 250,000 generator steps, 50,000 images a set.`,
	];
}

/** The conditions of a setting in words, as Markdown. */
export function settingName({ profile, dataSet, steps, protocol }: Setting): string {
	return `profile ${escapeMarkdown(profile)}, data ${escapeMarkdown(dataSet.name)}, ${formatCount(steps)} generator steps, ${
		protocol === null ? 'no result yet' : `protocol ${escapeMarkdown(protocol.name)}`
	}`;
}

function renderSetting(setting: Setting, named: boolean): string[] {
	const { obstacles, protocol, groups } = setting;
	const heading = named ? '###' : '##';
	const hasRuns = groups.some(group => group.runs.length > 0);
	return [
		...(named ? [`## ${settingName(setting)}`] : []),
		...(obstacles.length > 0
			? [
					`**Not comparable with the paper**, whose numbers are shown for orientation only: ${escapeMarkdown(obstacles.join('; '))}.`,
				]
			: []),
		...metrics.flatMap(metric => [
			`${heading} ${metricTitles[metric]}`,
			overviewTable(setting, metric),
			detailTable(setting, metric),
		]),
		...paperTablesInMarkdown(setting, heading),
		...effectsInMarkdown(setting, heading),
		...(hasRuns ? [`${heading} Trainable parameters`, parametersTable(setting)] : []),
		...(protocol === null ? [] : [`${heading} Protocol`, ...renderProtocol(setting)]),
	];
}

function renderProtocol({ protocol, dataSet }: Setting): string[] {
	const details = Object.entries(protocol!.details)
		.sort(([first], [second]) => (first < second ? -1 : 1))
		.map(([name, value]) => `* ${escapeMarkdown(name)}: ${escapeMarkdown(String(value))}`);
	return [
		`${escapeMarkdown(protocol!.name)}${protocol!.proxy ? ' — the features come from a network trained on the data set itself, not from Inception: the scores rank runs of this table and mean nothing beside other tables' : ''}.`,
		[
			`* fingerprint: \`${protocol!.fingerprint}\``,
			`* data: ${escapeMarkdown(dataSet.name)}, SHA-256 \`${dataSet.digest}\``,
			...details,
		].join('\n'),
	];
}

function renderSamples({ settings }: Report): string[] {
	const groups = settings.flatMap(setting => setting.groups.filter(hasSamples));
	if (groups.length === 0) {
		return [];
	}

	return [
		'## Samples',
		...groups.flatMap(group => {
			const [first, ...others] = group.runs.filter(run => run.hasSamples);
			const links = others.map(run => `[seed ${run.seed}](${sampleLink(run.folder)})`);
			return [
				`${groupName(group)}, seed ${first!.seed}${links.length === 0 ? '' : `; also ${links.join(', ')}`}`,
				`![samples of ${groupName(group)}, seed ${first!.seed}](${sampleLink(first!.folder)})`,
			];
		}),
	];
}

const hasSamples = (group: Group): boolean => group.runs.some(run => run.hasSamples);

/** From report/report.md to the run; forward slashes and escapes as in every URL. */
function sampleLink(folder: string): string {
	return `../${folder.split(/[\\/]/u).map(encodeURIComponent).join('/')}/samples.png`;
}

function renderHoles({ holes, stale, settings }: Report): string[] {
	const outside = paperRowsOutside(settings.flatMap(setting => setting.groups));
	return [
		'## Holes',
		holes.length === 0
			? 'None: every run of the grid has a result.'
			: holes.map(hole => `* ${holeName(hole)}: ${hole.state} — ${escapeMarkdown(hole.reason)}`).join('\n'),
		...(stale.length === 0
			? []
			: [
					`Results that the grid no longer lists, because code, data or options changed since:\n\n${stale
						.map(name => `* \`${name}\``)
						.join('\n')}`,
				]),
		...(outside.length === 0 ? [] : [`In the paper, but not in this grid: ${outside.join(', ')}.`]),
	];
}

function holeName(hole: ReportedHole): string {
	return `${groupName(hole)}, seed ${hole.seed}`;
}

function renderRerun({ suite, settings }: Report): string[] {
	const groups = settings.flatMap(setting => setting.groups);
	const missing = groups.filter(({ runs, planned }) => runs.length < planned);
	const shown = missing.length === 0 ? groups.slice(0, 1) : missing.slice(0, mostCommands);
	const words =
		missing.length === 0
			? `Nothing is missing.${shown.length === 0 ? '' : ` Below, one cell (${groupName(shown[0]!)}).`}`
			: `What is missing, cell by cell${missing.length > shown.length ? `, the first ${shown.length} of ${missing.length}` : ''}.`;
	const commands = groups.length === 0 ? [commandOfSuite(suite)] : shown.map(({ command }) => command);
	return [
		'## How to run a cell again',
		`${words} ${placeholders}. A run with a result is skipped: to repeat it, remove its folder first. report.html and report.json have the command of every cell.`,
		`\`\`\`sh\n${commands.join('\n')}\n\`\`\``,
	];
}

const mostCommands = 20;

function renderLegend({ settings }: Report): string[] {
	const marks = new Set(
		settings
			.flatMap(setting => setting.groups)
			.flatMap(group => metrics.map(metric => group.scores[metric].paper))
			.flatMap(({ median, mean }) => [median?.confidence ?? [], mean?.confidence ?? []].flat()),
	);
	const { confidenceLegend } = readSources();
	return [
		'## How to read this',
		[
			'* std: population divisor n, as in the paper; 95 % interval: Student t of the mean, from 3 seeds up.',
			`* difference: our median minus the paper's. The verdict rests on the 95 % Welch interval of the difference of the means: reproduced if it lies within ±${margin * 100} % of the paper's score, worse or better if on one side of zero, inconclusive otherwise. Where the paper's own runs vary too much for that, the medians decide.`,
			...[...marks]
				.sort()
				.map(mark => `* ${mark} (of a number of the paper): ${escapeMarkdown(confidenceLegend[mark])}`),
		].join('\n'),
	];
}
