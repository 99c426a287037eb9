import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { ActionableError, UsageError } from '../../errors.ts';
import { refuseNewerVersion } from '../../run/manifest-file.ts';
import { fileNames } from '../../run/run-folder.ts';

const plainValue = z.union([z.string(), z.number(), z.boolean()]);

/** The part of a manifest that says what a run is; older and newer ones may say less and more. */
const recordedSchema = z.looseObject({
	runId: z.string(),
	identity: z.looseObject({
		formatVersion: z.number().optional(),
		method: z.string(),
		methodSource: z.string().optional(),
		options: z.record(z.string(), plainValue),
		settings: z.record(z.string(), z.unknown()),
		labelFraction: z.number().nullable(),
		labelList: z.string().optional(),
		seed: z.number(),
		dataSet: z.string().optional(),
		preparedLabels: z.string().nullable().optional(),
		protocol: z.string().optional(),
		collapse: z
			.looseObject({
				action: z.string(),
				evaluateEvery: z.number().nullable(),
				/** Absent from what was recorded before the rules counted. */
				rules: z.string().optional(),
			})
			.optional(),
		backend: z.string().optional(),
	}),
	profile: z.string().optional(),
	methodModule: z.string().nullable().optional(),
	/** Digest of each source file by name; manifests of before it was recorded lack it. */
	methodSourceFiles: z.record(z.string(), z.string()).optional(),
	dataSet: z.looseObject({ name: z.string(), source: z.string().optional() }),
	protocol: z
		.looseObject({
			name: z.string(),
			proxy: z.boolean(),
			details: z.record(z.string(), plainValue),
		})
		.optional(),
	machine: z.looseObject({ host: z.string().optional(), processor: z.string().optional() }).optional(),
	command: z.array(z.string()).default([]),
});

/** What a run's manifest says about it. */
export type RecordedRun = z.infer<typeof recordedSchema>;

/**
 * Reads the manifest of a run folder; null if there is none.
 *
 * @throws UsageError naming the first field that is wrong if it is damaged; NewerFormatError if a newer version wrote it
 */
export function readRecordedRun(folder: string): RecordedRun | null {
	const file = path.join(folder, fileNames.manifest);
	let text: string;
	try {
		text = readFileSync(file, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
		throw error;
	}
	const refuse = (problem: string, cause: unknown): never => {
		throw new UsageError(
			`${file}: not a manifest of this program: ${problem}`,
			'remove that run folder: the run is then made again',
			cause,
		);
	};
	try {
		const value: unknown = JSON.parse(text);
		refuseNewerVersion(file, (value as { schemaVersion?: unknown } | null)?.schemaVersion);
		const parsed = recordedSchema.safeParse(value);
		if (parsed.success) return parsed.data;
		const [issue] = parsed.error.issues;
		return refuse(`${issue!.path.join('.')}: ${issue!.message}`, parsed.error);
	} catch (error) {
		if (error instanceof ActionableError) throw error;
		return refuse(`not readable as JSON (${(error as Error).message})`, error);
	}
}
