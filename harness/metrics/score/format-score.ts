import type { ScoreResult } from './score-result.ts';

const digits = (value: number): string => value.toFixed(Math.abs(value) < 10 ? 4 : 2);
const signed = (value: number): string => `${value > 0 ? '+' : ''}${digits(value)}`;

/** The result for people: each number with the protocol it was measured under. */
export function formatScore(result: ScoreResult): string {
	const { protocol, real, fake, metrics, notes, comparison } = result;
	const { inceptionScore, kernelDistance, fidInfinity } = metrics;
	const rows: [name: string, key: string, value: string][] = [];
	const add = (name: string, key: string, value: string | undefined): void => {
		if (value !== undefined) rows.push([name, key, value]);
	};
	const plain = (value: number | undefined): string | undefined =>
		value === undefined ? undefined : digits(value);
	add('FID ↓', 'fid', plain(metrics.fid));
	add(
		'FID∞ ↓',
		'fidInfinity',
		fidInfinity && `${digits(fidInfinity.value)} ± ${digits(fidInfinity.standardError)} (fit)`,
	);
	add(
		'IS ↑',
		'inceptionScore',
		inceptionScore &&
			`${digits(inceptionScore.mean)}${inceptionScore.std === null ? ' (single split)' : ` ± ${digits(inceptionScore.std)} (${inceptionScore.splits} splits)`}`,
	);
	add(
		'KID ↓',
		'kernelDistance',
		kernelDistance &&
			`${kernelDistance.mean.toExponential(4)}${kernelDistance.spread === null ? '' : ` ± ${kernelDistance.spread.toExponential(1)}`}`,
	);
	add('Precision ↑', 'precision', plain(metrics.precision));
	add('Recall ↑', 'recall', plain(metrics.recall));
	add('Density ↑', 'density', plain(metrics.density));
	add('Coverage ↑', 'coverage', plain(metrics.coverage));
	const width = Math.max(...rows.map(([name]) => name.length));
	const count = (images: number): string => (images === 0 ? 'count unknown' : `${images} images`);
	const lines = [
		`Protocol ${protocol.name}, fingerprint ${protocol.fingerprint.slice(0, 12)}`,
		`  real: ${real.source} (${count(real.count)}, split ${real.split})`,
		`  fake: ${fake.source} (${count(fake.count)})`,
		...rows.map(([name, key, value]) => {
			const difference = comparison?.differences[key];
			const against =
				difference === undefined
					? ''
					: `   ${signed(difference)} against ${comparison?.with}${comparison?.mixed ? ' [MIXED]' : ''}`;
			return `${name.padEnd(width)}  ${value}${against}`;
		}),
		...notes.map(note => `Note: ${note}`),
	];
	return `${lines.join('\n')}\n`;
}
