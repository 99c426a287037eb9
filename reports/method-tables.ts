import type { FinishedRun } from '../harness/check/read-grid.ts';
import { isManifest } from '../harness/check/read-manifest.ts';
import { median } from '../harness/statistics/median.ts';
import { paperMethods, paperRowName } from '../reference/paper-score.ts';
import { readResults } from '../reference/results.ts';
import type { TextTable } from './report-schema.ts';

/** How many runs of a method the grid asks for, and how many have a result. */
export interface MethodCount {
	readonly method: string;
	readonly title: string;
	readonly planned: number;
	readonly finished: number;
}

/** Table 1: the methods in the paper's words, then methods of others, with what is in this grid. */
export function methodsTable(counts: readonly MethodCount[]): TextTable {
	const { caption, rows } = readResults().table1;
	const isFewerLabels = (name: string) => name === 'BIGGAN-k%';
	const statusOf = (name: string): string => {
		if (isFewerLabels(name)) return 'BIGGAN with fewer labels; see BIGGAN';
		const methods = paperMethods.filter(method => plainName(paperRowName(method, null)!) === name);
		const found = counts.filter(({ method }) => methods.includes(method));
		if (found.length === 0) return 'not in this grid';
		return found.map(inWords).join('; ');
	};
	const own = counts.filter(({ method }) => !paperMethods.includes(method));
	return {
		number: 1,
		caption,
		note: null,
		columns: ['method', 'description', 'in this grid'],
		rows: [
			...rows.map(({ method, description }) => [method, description, statusOf(method)]),
			...own.map(count => [count.title, 'not in the paper', inWords(count)]),
		],
	};
}

/** `SINGLE LABEL (SS)` and `S2GAN +SOFT` are variants of a row of Table 1. */
const plainName = (row: string): string => row.replace(/ (\(SS\)|\+SOFT)$/u, '');

const inWords = ({ method, planned, finished }: MethodCount): string =>
	`${method}: ${finished} of ${planned} runs`;

const fractions = ['5', '10', '20'] as const;

/** Table 3: errors of the classifier that labels the other images, from the manifests of runs that record them. */
export function classifierTable(finished: readonly FinishedRun[]): TextTable {
	const { caption, rows } = readResults().table3;
	const measured = new Map<string, number[]>();
	for (const { manifest, result } of finished) {
		const errors = isManifest(manifest) ? manifest.preparedLabels?.errors?.heldOut : undefined;
		if (errors == null || result.labelFraction === null) continue;
		for (const [metric, error] of [
			['top1Error', errors.top1],
			['top5Error', errors.top5],
		] as const) {
			const key = `${metric} ${Number((result.labelFraction * 100).toPrecision(6))}`;
			measured.set(key, [...(measured.get(key) ?? []), 100 * error]);
		}
	}

	return {
		number: 3,
		caption,
		note: measured.size === 0 ? 'No run of this grid records the errors of a pre-trained classifier.' : null,
		columns: ['error', ...fractions.flatMap(fraction => [`${fraction} %`, `paper ${fraction} %`])],
		rows: rows.map(row => [
			row.metric === 'top1Error' ? 'Top-1' : 'Top-5',
			...fractions.flatMap(fraction => {
				const values = measured.get(`${row.metric} ${fraction}`);
				return [
					values === undefined ? 'not run' : `${median(values).toFixed(2)} (n = ${values.length})`,
					row[fraction].value.toFixed(2),
				];
			}),
		]),
	};
}
