import path from 'node:path';
import { readTextIfThere } from '../read-if-there.ts';
import { writeFileAtomically } from '../write-atomically.ts';
import { NewerFormatError } from './newer-format-error.ts';
import { fileNames } from './run-folder.ts';

function read(folder: string): Record<string, unknown> | undefined {
	const file = path.join(folder, fileNames.manifest);
	const text = readTextIfThere(file);
	if (text === undefined) return undefined;
	try {
		const value: unknown = JSON.parse(text);
		return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : undefined;
	} catch {
		// A damaged manifest is written anew; checkpoints and events carry what a run needs to go on.
		return undefined;
	}
}

/** The run that a folder's manifest tells of; undefined without a manifest. */
export function manifestRunId(folder: string): string | undefined {
	const runId = read(folder)?.runId;
	return typeof runId === 'string' ? runId : undefined;
}

/** @throws NewerFormatError if a manifest has the `schemaVersion` of a newer format */
export function refuseNewerVersion(file: string, version: unknown): void {
	if (typeof version !== 'number' || version <= 1) return;
	throw new NewerFormatError(
		`${file}: written by a newer version of fewer-labels (format ${version}; this one reads 1)`,
		'go on with that version, or choose another --out folder; nothing was changed',
	);
}

/**
 * @throws NewerFormatError if the folder's manifest is of a newer format: what else lies there may mean something else
 * than this version would take it for
 */
export function refuseNewerManifest(folder: string): void {
	refuseNewerVersion(path.join(folder, fileNames.manifest), read(folder)?.schemaVersion);
}

/** What differs from process to process of one run. */
const sessionKeys = [
	'startedAt',
	'machine',
	'software',
	'environment',
	'scheduler',
	'source',
	'command',
] as const;

/**
 * Writes the manifest of the process that works on the run now. A run that goes on keeps what earlier manifests said
 * of their processes: another machine, commit or job is never forgotten.
 */
export function writeManifest(folder: string, manifest: Readonly<Record<string, unknown>>): void {
	const before = read(folder);
	const earlier =
		before === undefined || before.runId !== manifest.runId
			? []
			: [
					...(Array.isArray(before.earlierSessions) ? (before.earlierSessions as unknown[]) : []),
					Object.fromEntries(sessionKeys.map(key => [key, before[key] ?? null])),
				];
	const content = { ...manifest, earlierSessions: earlier };
	writeFileAtomically(path.join(folder, fileNames.manifest), `${JSON.stringify(content, undefined, '\t')}\n`);
}
