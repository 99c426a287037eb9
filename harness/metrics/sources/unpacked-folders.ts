import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { isAlive } from '../../is-alive.ts';

const prefix = '.unpacked-';

/** Nobody scores for two days: what is older was left behind by a process that was killed. */
const abandonedMs = 48 * 3600 * 1000;

/** A folder for unpacked arrays. Its name says which process on which machine it belongs to. */
export const makeUnpackedFolder = (parent: string): string =>
	mkdtempSync(path.join(parent, `${prefix}${hostname()}-${process.pid}-`));

/** Whether a folder was left behind, as far as its name, and else its age, tells. */
function isAbandoned(parent: string, name: string, oldMs: number): boolean {
	const owner = /^(.+)-(\d+)-[^-]+$/u.exec(name.slice(prefix.length));
	if (owner?.[1] === hostname()) return !isAlive(Number(owner[2]));
	const { mtimeMs } = statSync(path.join(parent, name), { throwIfNoEntry: false }) ?? {};
	return mtimeMs !== undefined && Date.now() - mtimeMs > oldMs;
}

/**
 * Removes the folders of processes that were killed: on this machine those that run no more, of others those that
 * are old.
 *
 * @param oldMs age in milliseconds, default 48 hours
 * @returns how many were removed
 */
export function removeAbandonedUnpacked(parent: string, oldMs: number = abandonedMs): number {
	let names: string[];
	try {
		names = readdirSync(parent);
	} catch {
		return 0;
	}
	const abandoned = names.filter(name => name.startsWith(prefix) && isAbandoned(parent, name, oldMs));
	for (const name of abandoned) rmSync(path.join(parent, name), { recursive: true, force: true });
	return abandoned.length;
}
