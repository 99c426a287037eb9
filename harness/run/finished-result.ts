import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../errors.ts';
import { quickParser } from '../quick-parser.ts';
import { explainWriteError } from '../write-atomically.ts';
import { NewerFormatError } from './newer-format-error.ts';
import { parseRecord } from './parse-record.ts';
import { type Result, resultSchema } from './records.ts';
import { appendEvent, fileNames } from './run-folder.ts';

const parseResult = quickParser(resultSchema);

/**
 * The result of a run; undefined if there is none, or a damaged one.
 *
 * @throws UsageError if it is of another run; NewerFormatError if a newer version wrote it
 */
export function readFinished(folder: string, runId: string): Result | undefined {
	const file = path.join(folder, fileNames.result);
	if (!existsSync(file)) return undefined;
	const parsed = parseRecord(file, parseResult);
	if ('problem' in parsed) {
		if (!parsed.newer) return undefined;
		throw new NewerFormatError(
			`${file}: ${parsed.problem}`,
			'use the newer version of fewer-labels that wrote it, or choose another --out folder; nothing was changed',
		);
	}
	if (parsed.value.runId === runId) return parsed.value;
	throw new UsageError(
		`${folder} holds the result of another run (${parsed.value.runId}; this one is ${runId})`,
		'choose another --out folder, or remove that one',
	);
}

/**
 * Renames a result that `readFinished` would not have, so that another can take its place and nothing is lost, and notes
 * as `failed` that the run has none. Without a result nothing happens.
 *
 * @throws EnvironmentError if it cannot be renamed
 */
export function keepDamagedResult(folder: string, report: (text: string) => void): void {
	const file = path.join(folder, fileNames.result);
	if (!existsSync(file)) return;
	let number = 1;
	while (existsSync(path.join(folder, `result.damaged-${number}.json`))) number += 1;
	const kept = `result.damaged-${number}.json`;
	try {
		renameSync(file, path.join(folder, kept));
	} catch (error) {
		throw explainWriteError(file, error);
	}
	const message = `${fileNames.result} was damaged: it is kept as ${kept}, and the run is made again`;
	appendEvent(folder, { event: 'failed', message });
	report(message);
}
