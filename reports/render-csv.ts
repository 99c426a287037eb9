import { noteOf } from './paper-tables.ts';
import { metrics, type Report } from './report-schema.ts';

const header = [
	'profile',
	'data',
	'steps',
	'protocol',
	'method',
	'title',
	'labelFraction',
	'seed',
	'runId',
	'metric',
	'value',
	'collapsed',
	'trainingSeconds',
	'generatorParameters',
	'discriminatorParameters',
	'paperMedian',
	'paperMean',
	'paperStd',
	'verdict',
	'n',
	'planned',
	'difference',
	'differenceLow',
	'differenceHigh',
	'waived',
	'changedSource',
	'note',
] as const;

/**
 * One line for each run and score, beside the paper's numbers and, of its cell, verdict, n, the difference of the
 * medians, the 95 % interval of the difference of the means, and the rules that a waiver excuses (RFC 4180, CRLF).
 */
export function renderCsv({ settings }: Report): string {
	const rows = settings.flatMap(({ profile, dataSet, steps, protocol, groups }) =>
		groups.flatMap(group => {
			const { method, title, labelFraction, runs, scores, planned } = group;
			const [waived, note] = [group.waived.join(' '), noteOf(group)];
			return runs.flatMap(run =>
				metrics.map(metric => {
					const { paper, verdict, difference, differenceInterval } = scores[metric];
					return [
						profile,
						dataSet.name,
						steps,
						protocol?.fingerprint,
						method,
						title,
						labelFraction,
						run.seed,
						run.runId,
						metric,
						run[metric],
						run.collapsed !== null,
						run.trainingSeconds,
						run.parameters.generator,
						run.parameters.discriminator,
						paper.median?.value,
						paper.mean?.value,
						paper.mean?.std,
						verdict,
						runs.length,
						planned,
						difference,
						differenceInterval?.low,
						differenceInterval?.high,
						waived,
						run.changedSource,
						note,
					];
				}),
			);
		}),
	);
	return `${[header, ...rows].map(row => row.map(quote).join(',')).join('\r\n')}\r\n`;
}

function quote(value: unknown): string {
	const text = value === null || value === undefined ? '' : String(value);
	// A spreadsheet would run a text that begins like a formula.
	const safe = typeof value === 'string' && /^[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
	return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
