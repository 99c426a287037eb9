import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileNames } from '../harness/run/run-folder.ts';
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
const mostSheets = 40;
const mostBytes = 12_000_000;

/**
 * The sheets of the first seed of each cell, cells in the order of the report, until the page is full; `omitted` are
 * sheets that only a link leads to.
 */
export function readSamples(folder: string, { settings }: Report): { samples: Sample[]; omitted: number } {
	const samples: Sample[] = [];
	let bytes = 0;
	let omitted = 0;
	for (const group of settings.flatMap(({ groups }) => groups)) {
		const run = group.runs.find(({ hasSamples }) => hasSamples);
		if (run === undefined) continue;
		for (const file of sheetsOf(path.join(folder, run.folder))) {
			if (samples.length >= mostSheets || bytes >= mostBytes) {
				omitted++;
				continue;
			}

			const png = readFileSync(path.join(folder, run.folder, file));
			bytes += png.length;
			samples.push({ name: `${groupLabel(group)}, seed ${run.seed}`, folder: run.folder, file, png });
		}
	}

	return { samples, omitted };
}

/** The sheet of samples first, then the other pictures of a run: interpolations, real images beside generated ones. */
function sheetsOf(runFolder: string): string[] {
	const pictures = readdirSync(runFolder).filter(name => name.endsWith('.png') && name !== fileNames.samples);
	return [fileNames.samples, ...pictures.sort()];
}
