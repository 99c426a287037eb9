import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder for the PATH that holds only the given shell scripts, by name; an empty one makes every program missing. */
function makeProgramFolder(scripts: Readonly<Record<string, string>> = {}): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-programs-'));
	for (const [name, body] of Object.entries(scripts)) {
		const file = path.join(folder, name);
		writeFileSync(file, `#!/bin/sh\n${body}\n`);
		chmodSync(file, 0o755);
	}
	return folder;
}

/** An environment in which nothing but the given scripts can be started, and nothing of this machine's is set. */
export function makeEnvironment(
	scripts: Readonly<Record<string, string>> = {},
	variables: NodeJS.ProcessEnv = {},
): NodeJS.ProcessEnv {
	return {
		PATH: makeProgramFolder(scripts),
		FEWER_LABELS_CACHE: mkdtempSync(path.join(tmpdir(), 'fewer-labels-cache-')),
		...variables,
	};
}
