import { existsSync, statSync } from 'node:fs';
import { UsageError } from '../harness/errors.ts';
import { quickParser } from '../harness/quick-parser.ts';
import { parseRecord } from '../harness/run/parse-record.ts';
import { type Report, reportSchema } from './report-schema.ts';
import { makeReport } from './write-report.ts';

const parseReport = quickParser(reportSchema);

/**
 * The report of an output folder, or the one in a report.json.
 *
 * @throws UsageError if there is neither, or the file is no report of this version
 */
export async function loadReport(place: string): Promise<Report> {
	if (!existsSync(place)) {
		throw new UsageError(
			`${place}: no such file or folder`,
			'give the output folder of `run`, or a report.json',
		);
	}

	if (statSync(place).isDirectory()) return makeReport(place);
	const parsed = parseRecord(place, parseReport);
	if ('value' in parsed) return parsed.value;
	throw new UsageError(
		`${place}: no report: ${parsed.problem}`,
		parsed.newer
			? 'use the newer version of fewer-labels that wrote it, or give the output folder that it is about'
			: 'make it again with `fewer-labels report DIR --format json`, or give the output folder of `run`',
	);
}
