import path from 'node:path';
import { checkGrid } from '../harness/check/check-grid.ts';
import { readGrid } from '../harness/check/read-grid.ts';
import { UsageError } from '../harness/errors.ts';
import { writeFileAtomically } from '../harness/write-atomically.ts';
import { buildReport } from './build-report.ts';
import type { SettingFigures } from './figures/figures.ts';
import { renderPage } from './html/page.ts';
import { readSamples } from './read-samples.ts';
import { renderCsv } from './render-csv.ts';
import { renderGithub } from './render-github.ts';
import { renderMarkdown } from './render-markdown.ts';
import type { Report } from './report-schema.ts';

/** Kinds of files that a report can be written as; `svg` and `png` are the figures. */
export const reportFormats = ['html', 'md', 'json', 'csv', 'svg', 'png'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** What `report` writes unless told otherwise: PNGs of the figures take longest and are seldom wanted. */
export const defaultFormats: readonly ReportFormat[] = ['html', 'md', 'json', 'csv', 'svg'];

export interface WrittenReport {
	readonly report: Report;
	/** Files written, in the order of the formats. */
	readonly files: readonly string[];
}

export interface WriteOptions {
	/** Default: `defaultFormats`. */
	readonly formats?: readonly ReportFormat[];
	/** Whether to write comment.md, the short form for a comment on GitHub, beside it; default false. */
	readonly github?: boolean;
}

/** The report of an output folder as data; see `writeReport` for what it throws. */
export async function makeReport(folder: string): Promise<Report> {
	const contents = readGrid(folder);
	return hideFolder(buildReport(contents, await checkGrid(contents)), folder);
}

/**
 * Writes the report of an output folder to its folder `report`: `report.html`, `report.md`, `report.json`,
 * `report.csv`, `figures/*.svg`, `figures/*.png`. Equal inputs give equal bytes; an incomplete grid is reported with
 * its holes.
 *
 * Throws UsageError if the folder holds no grid or no result, EnvironmentError if it cannot be written to.
 */
export async function writeReport(
	folder: string,
	{ formats = defaultFormats, github = false }: WriteOptions = {},
): Promise<WrittenReport> {
	const report = await makeReport(folder);
	const needsFigures = formats.some(format => ['html', 'svg', 'png'].includes(format));
	const figures = needsFigures ? await (await import('./figures/figures.ts')).renderFigures(report) : [];
	const files: string[] = [];
	const write = (name: string, data: string | Uint8Array) => {
		const file = path.join(folder, 'report', name);
		writeFileAtomically(file, data);
		files.push(file);
	};
	for (const format of formats) {
		if (format === 'html') write('report.html', renderHtml(folder, report, figures));
		if (format === 'md') write('report.md', renderMarkdown(report));
		if (format === 'json') write('report.json', `${JSON.stringify(report, undefined, '\t')}\n`);
		if (format === 'csv') write('report.csv', renderCsv(report));
		if (format !== 'svg' && format !== 'png') continue;
		for (const figure of figures.flatMap(({ figures: drawn }) => drawn)) {
			write(
				path.join('figures', `${figure.name}.${format}`),
				format === 'svg' ? figure.svg : await figure.png(),
			);
		}
	}

	if (github) write('comment.md', renderGithub(report));
	return { report, files };
}

function renderHtml(folder: string, report: Report, figures: readonly SettingFigures[]): string {
	const { samples, omitted } = readSamples(folder, report);
	return renderPage({ report, figures, samples, omittedSamples: omitted });
}

/**
 * Formats by name, each once.
 *
 * Throws UsageError for an unknown one.
 */
export function parseFormats(names: readonly string[]): readonly ReportFormat[] {
	return [...new Set(names)].map(name => {
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
	const hide = (text: string) => text.replaceAll(absolute, 'OUT');
	return {
		...report,
		holes: report.holes.map(hole => ({ ...hole, reason: hide(hole.reason) })),
		compliance: {
			...report.compliance,
			findings: report.compliance.findings.map(finding => ({ ...finding, actual: hide(finding.actual) })),
		},
	};
}
