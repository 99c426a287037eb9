import path from 'node:path';
import { UsageError } from '../harness/errors.ts';
import { writeFileAtomically } from '../harness/run/write-atomically.ts';
import { buildReport, type Report } from './build-report.ts';
import { readGrid } from './read-grid.ts';
import { renderMarkdown } from './render-markdown.ts';

const renderers = {
	md: renderMarkdown,
	json: (report: Report) => `${JSON.stringify(report, undefined, '\t')}\n`,
} as const;

export type ReportFormat = keyof typeof renderers;
export const reportFormats = Object.keys(renderers) as readonly ReportFormat[];

export interface WrittenReport {
	readonly report: Report;
	/** Files written, in the order of the formats. */
	readonly files: readonly string[];
}

/**
 * Writes the report of an output folder to its folder `report`: `report.md`, `report.json`. Equal inputs give
 * equal bytes; an incomplete grid is reported with its holes.
 *
 * @param options.formats default: all
 * Throws UsageError if the folder holds no grid or no result, EnvironmentError if it cannot be written to.
 */
export function writeReport(
	folder: string,
	{ formats = reportFormats }: { readonly formats?: readonly ReportFormat[] } = {},
): WrittenReport {
	const report = hideFolder(buildReport(readGrid(folder)), folder);
	const files = formats.map(format => {
		const file = path.join(folder, 'report', `report.${format}`);
		writeFileAtomically(file, renderers[format](report));
		return file;
	});
	return { report, files };
}

/**
 * Formats by name.
 *
 * Throws UsageError for an unknown one.
 */
export function parseFormats(names: readonly string[]): readonly ReportFormat[] {
	return names.map(name => {
		const format = reportFormats.find(candidate => candidate === name);
		if (format === undefined) {
			throw new UsageError(
				`format '${name}': expected one of ${reportFormats.join(', ')}`,
				`fewer-labels report DIR --format ${reportFormats.join(',')}`,
			);
		}

		return format;
	});
}

/** Messages of failed runs may name the output folder, which differs from machine to machine. */
function hideFolder(report: Report, folder: string): Report {
	const absolute = path.resolve(folder);
	return {
		...report,
		holes: report.holes.map(hole => ({ ...hole, reason: hole.reason.replaceAll(absolute, 'OUT') })),
	};
}
