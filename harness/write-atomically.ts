import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { EnvironmentError } from './errors.ts';

/** What an operating-system error means for the person, and what to do about it. */
const advice: Readonly<Record<string, readonly [problem: string, fix: string]>> = {
	ENOSPC: [
		'no space left on the device',
		'Free disk space or choose another folder, then repeat the command.',
	],
	EDQUOT: ['the disk quota is used up', 'Free disk space or choose another folder, then repeat the command.'],
	EACCES: ['permission denied', 'Choose a folder you may write to, or change its owner or mode.'],
	EPERM: ['operation not permitted', 'Choose a folder you may write to, or change its owner or mode.'],
	EROFS: ['the file system is read-only', 'Choose a folder on a writable file system.'],
	ENOTDIR: ['a part of the path is a file, not a folder', 'Choose another folder.'],
	EEXIST: ['a part of the path is a file, not a folder', 'Choose another folder.'],
	EISDIR: ['the path is a folder, not a file', 'Choose another file name, or move that folder away.'],
};

/** Writes a whole file or nothing, see `writeAtomically`. */
export const writeFileAtomically = (file: string, data: string | Uint8Array): void =>
	writeAtomically(file, descriptor => writeFileSync(descriptor, data));

/**
 * Writes a whole file or nothing: a reader, or a machine that lost power, finds the old content or the new one.
 * Missing folders are made. The rename is atomic because the temporary file lies in the same folder.
 *
 * Throws EnvironmentError if the file cannot be written, and what `write` throws; the temporary file is removed.
 *
 * @param write writes the content to a file descriptor, for what is not in memory at once
 */
export function writeAtomically(file: string, write: (descriptor: number) => void): void {
	const folder = path.dirname(file);
	// Two processes may write the same file; neither may touch the other's temporary file.
	const temporary = path.join(
		folder,
		`.${path.basename(file)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`,
	);
	try {
		mkdirSync(folder, { recursive: true });
		writeAndSync(temporary, write);
		renameSync(temporary, file);
		syncFolder(folder);
	} catch (error) {
		removeQuietly(temporary);
		throw explainWriteError(file, error);
	}
}

function writeAndSync(file: string, write: (descriptor: number) => void): void {
	const descriptor = openSync(file, 'wx', 0o644);
	try {
		write(descriptor);
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}

/** Makes the rename itself durable. Some file systems refuse to sync a folder; the content is safe without it. */
function syncFolder(folder: string): void {
	try {
		const descriptor = openSync(folder, 'r');
		try {
			fsyncSync(descriptor);
		} finally {
			closeSync(descriptor);
		}
	} catch {
		// Nothing to repair: the file is complete under its name.
	}
}

function removeQuietly(file: string): void {
	try {
		rmSync(file, { force: true });
	} catch {
		// The error that led here says more than this one would.
	}
}

/** The error of a failed write in words, if its reason is one that a person can act on; else the error itself. */
export function explainWriteError(file: string, error: unknown): Error {
	const code = (error as NodeJS.ErrnoException).code ?? '';
	const known = advice[code];
	if (known === undefined) {
		return error instanceof Error ? error : new Error(String(error));
	}

	return new EnvironmentError(`Cannot write ${file}: ${known[0]} (${code})`, known[1], error);
}
