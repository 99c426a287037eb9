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
