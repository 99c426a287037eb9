import { mkdirSync, statfsSync } from 'node:fs';
import { EnvironmentError } from '../../errors.ts';

const gigabyte = 1e9;

/** `1.2 GB`, decimal. */
export function formatGigabytes(bytes: number): string {
	return `${(bytes / gigabyte).toFixed(1)} GB`;
}

/** Bytes that an ordinary user may still write on the file system of a folder. */
export function freeBytes(folder: string): number {
	const { bavail, bsize } = statfsSync(folder);
	return bavail * bsize;
}

/**
 * Makes the folder if it is missing and checks that enough space is free on its file system.
 *
 * @throws EnvironmentError if it cannot be made or written to, or less than `neededBytes` is free
 */
export function requireDiskSpace(folder: string, neededBytes: number): void {
	makeFolder(folder);
	const free = freeBytes(folder);
	if (free < neededBytes) {
		throw new EnvironmentError(
			`${folder}: the TensorFlow runtime needs ${formatGigabytes(neededBytes)} of disk, ${formatGigabytes(free)} is free`,
			'free some space, or set FEWER_LABELS_CACHE to a folder on a larger disk, and run `setup` again',
		);
	}
}

/**
 * @throws EnvironmentError if the folder can neither be found nor made
 */
export function makeFolder(folder: string): void {
	try {
		mkdirSync(folder, { recursive: true });
	} catch (error) {
		throw unwritable(folder, error);
	}
}

/** The error for a cache folder that cannot be written to. */
export function unwritable(folder: string, cause: unknown): EnvironmentError {
	const { code, message } = cause as NodeJS.ErrnoException;
	const full = code === 'ENOSPC' || code === 'EDQUOT';
	return new EnvironmentError(
		`cache folder ${folder}: ${full ? 'the disk or quota is full' : 'cannot be written'} (${message})`,
		full
			? 'free some space, or set FEWER_LABELS_CACHE to a folder on a larger disk; what is done is kept'
			: 'set FEWER_LABELS_CACHE to a folder that you can write to',
		cause,
	);
}
