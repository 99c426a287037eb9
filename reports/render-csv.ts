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
] as const;

/** One line for each run and score, beside the paper's numbers and the verdict on its cell (RFC 4180, CRLF). */
export function renderCsv({ settings }: Report): string {
	const rows = settings.flatMap(({ profile, dataSet, steps, protocol, groups }) =>
		groups.flatMap(({ method, title, labelFraction, runs, scores }) =>
			runs.flatMap(run =>
				metrics.map(metric => {
					const { paper, verdict } = scores[metric];
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
					];
				}),
			),
		),
	);
	return `${[header, ...rows].map(row => row.map(quote).join(',')).join('\r\n')}\r\n`;
}

function quote(value: unknown): string {
	const text = value === null || value === undefined ? '' : String(value);
	// A spreadsheet would run a text that begins like a formula.
	const safe = typeof value === 'string' && /^[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
	return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
