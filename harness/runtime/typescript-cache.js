import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** Entries are a few kilobytes; the older ones are left over from other versions of the sources. */
const mostEntries = 4000;

/** Where transformed sources lie: in the cache folder of `harness/tensor/runtime-location.ts`. */
export function typeScriptCacheFolder(environment = process.env) {
	const { FEWER_LABELS_CACHE: own, XDG_CACHE_HOME: ofUser, HOME: home } = environment;
	const cache = own
		? path.resolve(own)
		: path.join(ofUser || path.join(home || homedir(), '.cache'), 'fewer-labels');
	return path.join(cache, 'typescript');
}

/** Removes the older half, if there are too many. Whoever misses one makes it again. */
function tidy(folder) {
	const names = readdirSync(folder);
	if (names.length <= mostEntries) return;
	const ages = names.map(name => {
		const file = path.join(folder, name);
		return { file, writtenAt: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 };
	});
	ages.sort((first, second) => first.writtenAt - second.writtenAt);
	for (const { file } of ages.slice(0, names.length - mostEntries / 2)) rmSync(file, { force: true });
}

function removeQuietly(file) {
	try {
		rmSync(file, { force: true });
	} catch {
		// A folder that cannot be written to holds nothing to remove.
	}
}

/**
 * Keeps what a transformation of source text gives, by the content of the text: every start of a command reads some
 * hundred files that have not changed. Processes share it without locks, because an entry is whole under its name or
 * not there. Where the folder cannot be written to, every text is transformed anew.
 *
 * @param options.version of the transformation: another one gives other entries
 * @param options.folder made when the first entry is written
 */
export function createTypeScriptCache({ version, folder = typeScriptCacheFolder() }) {
	let writable = true;
	let tidied = false;
	const write = (file, text) => {
		if (!writable) return;
		const temporary = `${file}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
		try {
			mkdirSync(folder, { recursive: true });
			writeFileSync(temporary, text, { flag: 'wx' });
			renameSync(temporary, file);
			if (!tidied) tidy(folder);
			tidied = true;
		} catch {
			writable = false;
			removeQuietly(temporary);
		}
	};
	/** @param transform gives the code of the source; an error of it is passed on */
	return (source, transform) => {
		const key = createHash('sha256').update(version).update('\0').update(source).digest('hex');
		const file = path.join(folder, `${key}.js`);
		// Entries are not waited for on the disk: one that a loss of power cut short lacks its end.
		const end = `\n//# ${key}\n`;
		try {
			const text = readFileSync(file, 'utf8');
			if (text.endsWith(end)) return text.slice(0, -end.length);
		} catch {
			// Not there, or not readable: made anew.
		}
		const code = transform(source);
		write(file, code + end);
		return code;
	};
}
