import { fstatSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { UsageError } from '../../errors.ts';

/** What an operating-system error means for a reader, as a clause. */
const problems: Readonly<Record<string, string>> = {
	ENOENT: 'the file does not exist',
	EACCES: 'it cannot be read: permission denied',
	EPERM: 'it cannot be read: operation not permitted',
	EISDIR: 'it is a folder, not a file',
	ENOTDIR: 'a part of its path is a file, not a folder',
	ELOOP: 'its links lead in a circle',
	EIO: 'the disk reports a read error',
	ESTALE: 'the network file system lost the file',
};

/**
 * What kept a file from being read, as a clause: `it cannot be read: permission denied`.
 *
 * @throws the error itself if it is none of a file (too many open files, say)
 */
export function problemOf(error: unknown): string {
	const problem = problems[(error as NodeJS.ErrnoException)?.code ?? ''];
	if (problem === undefined) throw error;
	return problem;
}

/** The error of a file that is not what it should be, with the place: `FILE: at byte OFFSET: PROBLEM`. */
export function damagedFile(
	file: string,
	offset: number | undefined,
	problem: string,
	fix = 'fetch the file again, and compare its size and checksum with the publisher’s',
	cause?: unknown,
): UsageError {
	const place = offset === undefined ? '' : ` at byte ${offset}:`;
	return new UsageError(`${file}:${place} ${problem}`, fix, cause);
}

/**
 * Opens a file for reading.
 *
 * @throws UsageError if it is missing, a folder, or may not be read
 */
export async function openForReading(file: string): Promise<FileHandle> {
	try {
		return await open(file, 'r');
	} catch (error) {
		throw damagedFile(file, undefined, problemOf(error), 'check the path and its permissions', error);
	}
}

/**
 * Bytes [offset, offset + length) of an open file; fewer at its end.
 *
 * @throws UsageError if the file cannot be read there
 */
export async function readUpTo(
	handle: FileHandle,
	file: string,
	offset: number,
	length: number,
): Promise<Buffer> {
	const bytes = Buffer.allocUnsafeSlow(length);
	let filled = 0;
	try {
		while (filled < length) {
			const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
			if (bytesRead === 0) break;
			filled += bytesRead;
		}
	} catch (error) {
		throw damagedFile(file, offset + filled, problemOf(error), undefined, error);
	}
	return bytes.subarray(0, filled);
}

/** Hops through a file: small neighbouring pieces come out of one read of the disk. */
export interface FileWindow {
	/** Size of the file in bytes. */
	readonly size: number;
	/**
	 * Bytes [offset, offset + length), fewer at the end of the file. Waits for the disk: headers of a million
	 * pictures are read some ten times faster so than through promises.
	 *
	 * @throws UsageError if the file cannot be read there
	 */
	read(offset: number, length: number): Buffer;
}

/** A page: what is small lies in one, and little is read in vain where pieces lie far apart. */
const windowBytes = 4096;

/** @param file path of the open file, for messages */
export function createWindow({ fd }: FileHandle, file: string): FileWindow {
	const { size } = fstatSync(fd);
	let start = 0;
	let held = Buffer.alloc(0);
	return {
		size,
		read(offset, length) {
			const inside = offset - start;
			if (inside < 0 || inside + length > held.length) {
				const wanted = Buffer.allocUnsafeSlow(
					Math.min(Math.max(length, windowBytes), Math.max(0, size - offset)),
				);
				try {
					held = wanted.subarray(0, readSync(fd, wanted, 0, wanted.length, offset));
				} catch (error) {
					throw damagedFile(file, offset, problemOf(error), undefined, error);
				}
				start = offset;
			}
			return held.subarray(offset - start, offset - start + length);
		},
	};
}
