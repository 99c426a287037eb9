import type { Result } from '../../run/records.ts';
import type { Evaluation } from './evaluation-record.ts';

const titles: Readonly<Record<string, string>> = {
	fid: 'FID ↓',
	inceptionScore: 'IS ↑',
	kernelDistance: 'KID ↓',
	precision: 'Precision ↑',
	recall: 'Recall ↑',
	density: 'Density ↑',
	coverage: 'Coverage ↑',
	fidInfinity: 'FID∞ ↓',
	perClassFid: 'FID of classes ↓',
	duplicates: 'Copies ↓',
	linearProbe: 'Linear probe ↑',
};

const digits = (value: number): string =>
	Math.abs(value) < 1e-3 && value !== 0 ? value.toExponential(3) : value.toFixed(4);

/**
 * An evaluation for people: each number over the fake sets, and the run's own where the protocol is the same.
 *
 * @param result of the run; undefined if it has none yet
 */
export function formatEvaluation(evaluation: Evaluation, result: Result | undefined): string {
	const { protocol, scores, sets, step, notes } = evaluation;
	const own = result?.protocol.fingerprint === protocol.fingerprint ? result.scores : undefined;
	const entries = Object.entries(scores);
	const width = Math.max(...entries.map(([name]) => (titles[name] ?? name).length));
	const rows = entries.map(([name, { mean, std, values }]) => {
		const spread = values.length > 1 ? ` ± ${digits(std)} over ${values.length} fake sets` : '';
		const theirs = own && name in own ? own[name as keyof typeof own].mean : undefined;
		const against = theirs === undefined ? '' : `   the run's own: ${digits(theirs)}`;
		return `${(titles[name] ?? name).padEnd(width)}  ${digits(mean)}${spread}${against}`;
	});
	const intervals = sets[0].intervals;
	const ofFirst = Object.entries(intervals?.of ?? {}).map(
		([name, { low, high }]) => `${(titles[name] ?? name).padEnd(width)}  [${digits(low)}, ${digits(high)}]`,
	);
	const lines = [
		`Protocol ${protocol.name}, fingerprint ${protocol.fingerprint.slice(0, 12)}, after ${step} steps`,
		...rows,
		...(intervals
			? [
					`${100 * intervals.confidence} % bootstrap intervals over the images of the first fake set, ${intervals.replicates} replicates:`,
					...ofFirst,
				]
			: []),
		...notes.map(note => `Note: ${note}`),
	];
	return `${lines.join('\n')}\n`;
}
