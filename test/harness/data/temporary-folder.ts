import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';

/** A new empty folder, removed when the test ends. */
export function temporaryFolder(t: ExecutionContext): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-data-'));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}
