import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** The code that a run was made with. */
export interface SourceState {
	readonly commit: string;
	/** Whether the working tree differs from the commit, in tracked or new files. */
	readonly dirty: boolean;
	/** SHA-256 over the difference; null if there is none. Equal commits and digests mean equal code. */
	readonly diffDigest: string | null;
}

// Larger new files are data, which have digests of their own; their names and sizes will do.
const largestHashedBytes = 2 ** 20;

/** State of a Git checkout; null where the folder is none, or Git is not installed. */
export function readSourceState(root: string): SourceState | null {
	if (!existsSync(path.join(root, '.git'))) return null;
	const git = (...parameters: string[]): Buffer =>
		execFileSync('git', ['-C', root, ...parameters], {
			stdio: ['ignore', 'pipe', 'ignore'],
			maxBuffer: 2 ** 30,
		});
	try {
		const commit = git('rev-parse', 'HEAD').toString('utf8').trim();
		const difference = git('diff', '--binary', 'HEAD');
		const added = git('ls-files', '--others', '--exclude-standard', '-z').toString('utf8').split('\0');
		const files = added.filter(name => name !== '').sort();
		if (difference.length === 0 && files.length === 0) return { commit, dirty: false, diffDigest: null };
		const hash = createHash('sha256').update(difference);
		for (const name of files) {
			const file = path.join(root, name);
			const { size } = statSync(file);
			hash.update(`\0${name}\0${size}\0`);
			if (size <= largestHashedBytes) hash.update(readFileSync(file));
		}
		return { commit, dirty: true, diffDigest: hash.digest('hex') };
	} catch {
		return null;
	}
}
