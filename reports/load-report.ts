import { existsSync, readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { UsageError } from '../harness/errors.ts';
import { type Report, reportSchema } from './report-schema.ts';
import { makeReport } from './write-report.ts';

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
	let value: unknown;
	try {
		value = JSON.parse(readFileSync(place, 'utf8'));
	} catch (error) {
		throw new UsageError(
			`${place}: not readable as JSON: ${(error as Error).message}`,
			'give a report.json',
			error,
		);
	}

	const parsed = reportSchema.safeParse(value);
	if (parsed.success) return parsed.data;
	throw new UsageError(
		`${place} is no report of this version:\n${z.prettifyError(parsed.error).split('\n').slice(0, 6).join('\n')}`,
		'make it again with `fewer-labels report DIR --format json`',
		parsed.error,
	);
}
