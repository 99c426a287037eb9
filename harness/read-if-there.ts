import { readdirSync, readFileSync } from 'node:fs';

// Looking first and reading then would fail when another process removes the file in between.
function ifThere<Value>(read: () => Value): Value | undefined {
	try {
		return read();
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		// A path that goes on behind a file names nothing; a process that has ended takes its files in /proc along.
		if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ESRCH') return undefined;
		throw error;
	}
}

/** Text of a file, undefined if there is none. For files that other processes may remove at any time. */
export const readTextIfThere = (file: string): string | undefined =>
	ifThere(() => readFileSync(file, 'utf8'));

/** Names in a folder in no particular order, none if there is no such folder. */
export const listIfThere = (folder: string): string[] => ifThere(() => readdirSync(folder)) ?? [];
