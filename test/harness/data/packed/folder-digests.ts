import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** SHA-256 of every file in a folder, by name. */
export function folderDigests(folder: string): Record<string, string> {
	const digest = (name: string): string =>
		createHash('sha256')
			.update(readFileSync(path.join(folder, name)))
			.digest('hex');
	return Object.fromEntries(
		readdirSync(folder)
			.sort()
			.map(name => [name, digest(name)]),
	);
}
