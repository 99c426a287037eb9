import { markdownTable } from 'markdown-table';
import { escapeMarkdown, formatCount, formatLabels, formatScore, formatSeconds } from './format.ts';
import type { Environment, Report } from './report-schema.ts';
import { costCaveat, sharedTrainingInWords } from './shared-training.ts';
import { waiverMark } from './tables.ts';

/** Training times, what they leave out, and the machines and software that made the results. */
export function costsInMarkdown(report: Report): string[] {
	const { settings, environments } = report;
	const groups = settings.flatMap(setting => setting.groups).filter(group => group.trainingSeconds !== null);
	const rows = groups.map(group => {
		const times = group.runs.flatMap(run => run.trainingSeconds ?? []);
		const fid = group.scores.fid.summary?.median;
		return [
			`${escapeMarkdown(group.title)}${waiverMark(group)}`,
			formatLabels(group.labelFraction),
			String(times.length),
			formatSeconds(group.trainingSeconds!),
			formatSeconds(times.reduce((sum, value) => sum + value, 0)),
			fid === undefined ? '–' : formatScore(fid),
		];
	});
	return [
		'## Costs and environment',
		...(rows.length === 0
			? ['No run recorded its training time.']
			: [
					`${costCaveat} ${sharedTrainingInWords(report)}`,
					markdownTable(
						[['method', 'labels', 'runs', 'median of one run', 'all runs', 'median FID'], ...rows],
						{
							align: ['l', 'r', 'r', 'r', 'r', 'r'],
						},
					),
				]),
		environments.length === 0
			? 'No run left a readable manifest.'
			: environments.map(environmentInWords).join('\n'),
	];
}

function environmentInWords(environment: Environment): string {
	const { runs, commit, dirty, backend, node, platform, processor, cores, gpus, variables } = environment;
	const set = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
	const parts = [
		`commit ${commit ?? 'of the installed package'}${dirty ? ' with uncommitted changes' : ''}`,
		`${backend}, Node ${node}`,
		`${platform}, ${processor}, ${cores} cores`,
		...(gpus.length === 0 ? ['no GPU'] : gpus),
		...(set.length === 0 ? [] : [set.join(' ')]),
	];
	return `* ${formatCount(runs)} ${runs === 1 ? 'run' : 'runs'}: ${escapeMarkdown(parts.join('; '))}`;
}
