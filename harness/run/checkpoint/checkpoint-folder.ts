import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { digestOf } from '../../canonical-json.ts';
import { EnvironmentError, RunFailedError } from '../../errors.ts';
import { listIfThere } from '../../read-if-there.ts';
import { explainWriteError, writeFileAtomically } from '../../write-atomically.ts';
import { NewerFormatError } from '../newer-format-error.ts';
import { fileNames } from '../run-folder.ts';
import { digestOfFile, type TensorSource, writeTensorFile } from './tensor-file.ts';

// checkpoints/step-00000120/state.safetensors   every tensor that training changes
// checkpoints/step-00000120/state.json          counters, digest of the tensors, digest of itself
// checkpoints/latest.json                       which one is the last good one
//
// A checkpoint is written under another name and renamed when it is whole and on the disk, then the pointer is
// replaced, and only then an older one is removed: whenever the process dies, the last good one is still there.

const stateSchema = z.strictObject({
	schemaVersion: z.literal(1),
	runId: z.string(),
	/** Generator steps done, or updates of a pre-training. */
	step: z.number().int().nonnegative(),
	/** Numbers that go with the tensors, and what the run remembers of its way so far. */
	memory: z.record(z.string(), z.unknown()),
	/** SHA-256 of state.safetensors. */
	tensorsDigest: z.string(),
	/** SHA-256 of the canonical JSON of the rest. */
	digest: z.string(),
});
export type CheckpointState = z.infer<typeof stateSchema>;

const latestSchema = z.strictObject({
	schemaVersion: z.literal(1),
	step: z.number().int().nonnegative(),
	/** Name in `checkpoints`. */
	folder: z.string(),
	/** `digest` of its state.json. */
	digest: z.string(),
});

/** A checkpoint that is whole: its digests were checked. */
export interface FoundCheckpoint {
	readonly state: CheckpointState;
	/** Path of its tensors. */
	readonly tensorFile: string;
}

const tensorFileName = 'state.safetensors';
const stateFileName = 'state.json';
const latestFileName = 'latest.json';

const root = (runFolder: string): string => path.join(runFolder, fileNames.checkpoints);
const folderName = (step: number): string => `step-${String(step).padStart(8, '0')}`;

/** Steps of the checkpoints of a run, whole or not, the newest first. */
export function listCheckpoints(runFolder: string): number[] {
	return listIfThere(root(runFolder))
		.flatMap(name => {
			const digits = /^step-(?<step>\d{8,})$/u.exec(name)?.groups?.step;
			return digits === undefined ? [] : [Number(digits)];
		})
		.sort((first, second) => second - first);
}

/**
 * Writes a checkpoint and removes older ones.
 *
 * @param keep steps of other checkpoints that stay, given those that there are, the newest first. Default: the newest,
 * so that there are two
 * @throws EnvironmentError if there is no space, say; what was there before stays
 */
export function writeCheckpoint(
	runFolder: string,
	content: {
		readonly runId: string;
		readonly step: number;
		readonly memory: Readonly<Record<string, unknown>>;
		readonly tensors: readonly TensorSource[];
	},
	keep: (others: readonly number[]) => readonly number[] = others => others.slice(0, 1),
): void {
	const { runId, step, memory } = content;
	const name = folderName(step);
	const target = path.join(root(runFolder), name);
	const temporary = path.join(root(runFolder), `.${name}.${randomBytes(6).toString('hex')}.tmp`);
	try {
		mkdirSync(temporary, { recursive: true });
		const tensorsDigest = writeTensorFile(path.join(temporary, tensorFileName), content.tensors);
		const rest = { schemaVersion: 1 as const, runId, step, memory: { ...memory }, tensorsDigest };
		const state: CheckpointState = { ...rest, digest: digestOf(rest) };
		writeFileAtomically(path.join(temporary, stateFileName), `${JSON.stringify(state)}\n`);
		// One of the same step is there if the pointer was not yet set when a process died.
		rmSync(target, { recursive: true, force: true });
		renameSync(temporary, target);
		// Syncs the folder as well, and with it the rename.
		writePointer(runFolder, state);
	} catch (error) {
		rmSync(temporary, { recursive: true, force: true });
		throw explainWriteError(target, error);
	}
	const others = listCheckpoints(runFolder).filter(other => other !== step);
	const kept = new Set(keep(others.filter(other => other < step)));
	removeCheckpoints(
		runFolder,
		others.filter(other => !kept.has(other)),
	);
}

/** Removes checkpoints; if the pointer named one of them, it names the newest whole one of the others. */
export function removeCheckpoints(runFolder: string, steps: readonly number[]): void {
	if (steps.length === 0) return;
	for (const step of steps) {
		rmSync(path.join(root(runFolder), folderName(step)), { recursive: true, force: true });
	}
	const file = path.join(root(runFolder), latestFileName);
	if (!steps.includes(readPointer(file) ?? -1)) return;
	const newest = openLatestCheckpoint(runFolder, () => {})?.state;
	if (newest) writePointer(runFolder, newest);
	else rmSync(file);
}

/** Step that the pointer names; undefined if there is none or it is damaged. */
function readPointer(file: string): number | undefined {
	if (!existsSync(file)) return undefined;
	try {
		const value = readJson(file);
		refuseNewer(file, value);
		return latestSchema.parse(value).step;
	} catch (error) {
		if (error instanceof EnvironmentError) throw error;
		return undefined;
	}
}

function writePointer(runFolder: string, { step, digest }: CheckpointState): void {
	const latest = { schemaVersion: 1, step, folder: folderName(step), digest };
	writeFileAtomically(path.join(root(runFolder), latestFileName), `${JSON.stringify(latest)}\n`);
}

/** Removes all checkpoints: the run has its result. */
export function removeAllCheckpoints(runFolder: string): void {
	rmSync(root(runFolder), { recursive: true, force: true });
}

/** Removes what processes that were killed while they wrote left behind. */
export function removeHalfWritten(runFolder: string): void {
	for (const name of listIfThere(root(runFolder))) {
		if (name.startsWith('.') && name.endsWith('.tmp')) {
			rmSync(path.join(root(runFolder), name), { recursive: true, force: true });
		}
	}
}

function readJson(file: string): unknown {
	return JSON.parse(readFileSync(file, 'utf8'));
}

/** @throws EnvironmentError for a record of a newer version, which must not be taken for a damaged one */
function refuseNewer(file: string, value: unknown): void {
	const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
	if (typeof version !== 'number' || version <= 1) return;
	throw new NewerFormatError(
		`${file}: written by a newer version of fewer-labels (format ${version}; this one reads 1)`,
		'go on with that version, or choose another --out folder; nothing was changed',
	);
}

/**
 * Reads one checkpoint and checks its digests.
 *
 * @throws RunFailedError if it is damaged, in words
 * @throws EnvironmentError if it is of a newer version
 */
export function openCheckpoint(runFolder: string, step: number): FoundCheckpoint {
	const folder = path.join(root(runFolder), folderName(step));
	const file = path.join(folder, stateFileName);
	let value: unknown;
	try {
		value = readJson(file);
	} catch (error) {
		throw new RunFailedError(`${file}: ${(error as Error).message.split('\n')[0]}`, undefined, error);
	}
	refuseNewer(file, value);
	const parsed = stateSchema.safeParse(value);
	if (!parsed.success || parsed.data.step !== step) throw new RunFailedError(`${file}: it is damaged`);
	const { digest, ...rest } = parsed.data;
	if (digestOf(rest) !== digest) throw new RunFailedError(`${file}: its digest is another one`);
	const tensorFile = path.join(folder, tensorFileName);
	if (digestOfFile(tensorFile) !== rest.tensorsDigest) {
		throw new RunFailedError(`${tensorFile}: its digest is another one`);
	}
	return { state: parsed.data, tensorFile };
}

/**
 * The last good checkpoint: the one that the pointer names, or, if that one is damaged, the newest whole one.
 *
 * @param onDamaged told of each that was passed over, in words
 * @returns undefined if there is none
 * @throws EnvironmentError if one is of a newer version
 */
export function openLatestCheckpoint(
	runFolder: string,
	onDamaged: (step: number, problem: string) => void,
): FoundCheckpoint | undefined {
	const file = path.join(root(runFolder), latestFileName);
	// Only to see what is missing: the checkpoints carry their own digests.
	const pointed = readPointer(file);
	const steps = listCheckpoints(runFolder);
	// A whole one that the pointer does not name yet is as good; it comes first because it is newer.
	for (const step of steps) {
		try {
			return openCheckpoint(runFolder, step);
		} catch (error) {
			if (error instanceof EnvironmentError) throw error;
			onDamaged(step, (error as Error).message);
		}
	}
	if (steps.length === 0 && pointed !== undefined) onDamaged(pointed, `${folderName(pointed)} is missing`);
	return undefined;
}
