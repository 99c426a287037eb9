import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileNames } from '../harness/run/run-folder.ts';
import { sheetNames } from '../harness/samples/sheet-names.ts';
import { groupLabel } from './format.ts';
import type { Report } from './report-schema.ts';

/** A sample sheet that a page brings along. */
export interface Sample {
	/** Cell and seed, for people. */
	readonly name: string;
	/** Folder of the run, relative to the output folder. */
	readonly folder: string;
	/** `samples.png`, or another sheet that lies beside it. */
	readonly file: string;
	/** PNG, as it lies in the run's folder. */
	readonly png: Uint8Array;
}

/** Sheets that a page brings along at most, and their bytes together: it must open on a phone. */
const mostSheets = 60;
const mostBytes = 16_000_000;

/** Order of the kinds of sheets: samples first, so that every cell shows some before any shows more. */
const kinds: readonly string[] = [fileNames.samples, sheetNames.classes, sheetNames.interpolation];

/**
 * The sheets of the first seed of each cell, kind by kind, cells in the order of the report, until the page is full;
 * `omitted` are sheets that only a link leads to.
 */
export function readSamples(folder: string, { settings }: Report): { samples: Sample[]; omitted: number } {
	const sheets = settings
		.flatMap(({ groups }) => groups)
		.flatMap(group => {
			const run = group.runs.find(({ hasSamples }) => hasSamples);
			if (run === undefined) return [];
			const name = `${groupLabel(group)}, seed ${run.seed}`;
			return sheetsOf(path.join(folder, run.folder)).map(file => ({ name, folder: run.folder, file }));
		});
	const rank = (file: string): number => (kinds.includes(file) ? kinds.indexOf(file) : kinds.length);
	sheets.sort((first, second) => rank(first.file) - rank(second.file));
	const samples: Sample[] = [];
	let bytes = 0;
	for (const sheet of sheets.slice(0, mostSheets)) {
		const png = readFileSync(path.join(folder, sheet.folder, sheet.file));
		bytes += png.length;
		if (bytes > mostBytes && samples.length > 0) break;
		samples.push({ ...sheet, png });
	}

	return { samples, omitted: sheets.length - samples.length };
}

/** The sheet of samples, then the other pictures of a run. */
function sheetsOf(runFolder: string): string[] {
	const pictures = readdirSync(runFolder).filter(name => name.endsWith('.png') && name !== fileNames.samples);
	return [fileNames.samples, ...pictures.sort()];
}
