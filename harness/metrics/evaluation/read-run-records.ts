import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../errors.ts';
import { type Protocol, protocolSchema, type Result, resultSchema } from '../../run/records.ts';
import { fileNames } from '../../run/run-folder.ts';

const manifestSchema = z.looseObject({ runId: z.string(), protocol: protocolSchema });

/**
 * What a run's folder says of how it is measured.
 *
 * @returns its protocol, and its result once it has one
 * @throws UsageError if the folder is no run
 */
export function readRunRecords(folder: string): {
	runId: string;
	protocol: Protocol;
	result: Result | undefined;
} {
	const read = (name: string): unknown => JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
	try {
		const { runId, protocol } = manifestSchema.parse(read(fileNames.manifest));
		const finished = existsSync(path.join(folder, fileNames.result));
		return { runId, protocol, result: finished ? resultSchema.parse(read(fileNames.result)) : undefined };
	} catch (error) {
		const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
		throw new UsageError(
			`${folder}: not the folder of a run: ${reason}`,
			'give a folder under OUT/runs',
			error,
		);
	}
}
