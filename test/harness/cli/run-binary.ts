import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The real command line. */
export const binary = path.resolve('harness/cli/fewer-labels.js');

/** Runs the real command line to its end. */
export function runBinary(parameters: readonly string[], environment: Record<string, string> = {}) {
	const { status, stdout, stderr } = spawnSync(process.execPath, [binary, ...parameters], {
		encoding: 'utf8',
		env: { ...process.env, ...environment },
		maxBuffer: 64 * 2 ** 20,
	});
	return { status, stdout, stderr };
}

/** A folder that is removed when the test file ends. */
export function temporaryFolder(t: { after: { always: (callback: () => void) => void } }): string {
	const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'fewer-labels-cli-')));
	t.after.always(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}
