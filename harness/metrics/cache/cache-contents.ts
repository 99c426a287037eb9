import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { entryFiles, entrySchema } from './entry-files.ts';

/** Entries that are being written, or removed, lie in folders of this prefix. */
export const partialPrefix = '.partial-';

/** Entries that someone has used within this time stay, also above the limit: they may be in use. */
export const recentMs = 3600 * 1000;

/** One entry of the cache, for people. */
export interface CacheEntry {
	readonly key: string;
	readonly bytes: number;
	/** Milliseconds since 1970. */
	readonly usedAt: number;
	readonly count: number;
	readonly dimension: number;
	/** What the key is made of: digest of the images, preprocessing, network, back end. */
	readonly material: Readonly<Record<string, unknown>>;
}

const bytesOf = (folder: string): number =>
	readdirSync(folder).reduce(
		(total, name) => total + (statSync(path.join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
		0,
	);

/** All entries, the least recently used first. Folders that are no entries are left out. */
export function listEntries(root: string): CacheEntry[] {
	let names: string[];
	try {
		names = readdirSync(root);
	} catch {
		return [];
	}
	const entries = names.flatMap((name): CacheEntry[] => {
		if (!/^[0-9a-f]{64}$/u.test(name)) return [];
		const folder = path.join(root, name);
		const file = path.join(folder, entryFiles.entry);
		try {
			const { key, count, dimension, material } = entrySchema.parse(JSON.parse(readFileSync(file, 'utf8')));
			return [{ key, count, dimension, material, bytes: bytesOf(folder), usedAt: statSync(file).mtimeMs }];
		} catch {
			// Another process has just removed it, or it is damaged: then it is made again under its name.
			return [];
		}
	});
	return entries.sort((first, second) => first.usedAt - second.usedAt || (first.key < second.key ? -1 : 1));
}

/** Takes an entry out of the cache in one step, so that nobody finds half of it; false if it was gone already. */
function removeEntry(root: string, key: string): boolean {
	const aside = path.join(root, `${partialPrefix}removed-${process.pid}-${randomBytes(6).toString('hex')}`);
	try {
		renameSync(path.join(root, key), aside);
	} catch {
		return false;
	}
	rmSync(aside, { recursive: true, force: true });
	return true;
}

/**
 * Removes the least recently used entries until the others take no more than the limit. Entries that were used
 * within the last hour stay.
 *
 * @param now milliseconds since 1970
 * @returns what was removed
 */
export function evictEntries(root: string, limitBytes: number, now: number = Date.now()): CacheEntry[] {
	const entries = listEntries(root);
	let total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
	const removed: CacheEntry[] = [];
	for (const entry of entries) {
		if (total <= limitBytes || now - entry.usedAt < recentMs) break;
		total -= entry.bytes;
		if (removeEntry(root, entry.key)) removed.push(entry);
	}
	return removed;
}

/** Removes all entries; those that are being written stay. Returns what was removed. */
export const clearEntries = (root: string): CacheEntry[] =>
	listEntries(root).filter(({ key }) => removeEntry(root, key));

/** Time of the latest change in a folder, or to it; undefined if it is gone. */
function lastChange(folder: string): number | undefined {
	try {
		const files = readdirSync(folder).map(name => path.join(folder, name));
		return Math.max(...[folder, ...files].map(file => statSync(file).mtimeMs));
	} catch {
		return undefined;
	}
}

/**
 * Removes what processes that were killed left half-written: entries that nobody has added to within the last hour.
 *
 * @returns how many were removed
 */
export function clearAbandoned(root: string, now: number = Date.now()): number {
	let names: string[];
	try {
		names = readdirSync(root);
	} catch {
		return 0;
	}
	const abandoned = names
		.filter(name => name.startsWith(partialPrefix))
		.map(name => path.join(root, name))
		.filter(folder => now - (lastChange(folder) ?? now) > recentMs);
	for (const folder of abandoned) rmSync(folder, { recursive: true, force: true });
	return abandoned.length;
}
