import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isManifest, type readManifest } from '../harness/check/read-manifest.ts';
import { methodSourceDigest, methodSourceFiles } from '../harness/run/source-digest.ts';

const methods = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../methods');

/** Files named at most. */
const mostNamed = 3;

/** The module of a method that comes with the project; null for those of others. */
export function builtInModule(method: string): string | null {
	const file = path.join(methods, method, 'method.ts');
	return /^[\w-]+$/u.test(method) && existsSync(file) ? file : null;
}

/** Whether the source that made a run is another than today's: what changed, or null if nothing did. */
export type SourceComparison = (manifest: ReturnType<typeof readManifest>) => string | null;

/**
 * Compares runs with the source of today, which is read once for each method and nowhere run. A run of somebody's own
 * module is compared with the files that its manifest names, as far as they are on this machine.
 */
export function createSourceComparison(): SourceComparison {
	const today = new Map<string, { readonly digest: string; readonly files: Record<string, string> }>();
	const known = new Map<string, string | null>();
	const sourceOf = (file: string) => {
		const source = today.get(file) ?? { digest: methodSourceDigest(file), files: methodSourceFiles(file) };
		today.set(file, source);
		return source;
	};
	return manifest => {
		if (!isManifest(manifest)) return null;
		const { identity, methodModule = null } = manifest;
		const { method, methodSource } = identity;
		if (methodSource === undefined) return null;
		const key = JSON.stringify([method, methodSource, methodModule]);
		const found = known.get(key);
		if (found !== undefined) return found;
		const recorded = recordedFiles(manifest.methodSourceFiles);
		const builtIn = methodModule === null ? builtInModule(method) : null;
		let words: string | null = null;
		if (builtIn !== null) {
			const { digest, files } = sourceOf(builtIn);
			words = digest === methodSource ? null : changedInWords(changedNames(recorded, files));
		} else if (methodModule !== null && recorded !== null) {
			const changed = changedNames(recorded, filesOfModule(methodModule, recorded));
			words = changed.length === 0 ? null : changedInWords(changed);
		}

		known.set(key, words);
		return words;
	};
}

function recordedFiles(value: unknown): Readonly<Record<string, string>> | null {
	return typeof value === 'object' && value !== null ? (value as Record<string, string>) : null;
}

/** Names of either side that differ; none without a record. */
function changedNames(
	recorded: Readonly<Record<string, string>> | null,
	files: Readonly<Record<string, string>>,
): string[] {
	if (recorded === null) return [];
	return [...new Set([...Object.keys(recorded), ...Object.keys(files)])]
		.filter(name => recorded[name] !== files[name])
		.sort();
}

/**
 * The recorded files as they are now. A folder that a manifest from elsewhere names is not searched: only what it says
 * is beside its module is looked at, and nothing if the module is not there.
 */
function filesOfModule(
	module: string,
	recorded: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
	if (!path.isAbsolute(module) || !existsSync(module)) return recorded;
	const root = path.dirname(methods);
	return Object.fromEntries(
		Object.entries(recorded).map(([name, digest]) => {
			const own = name.startsWith('method/');
			const file = own ? path.join(path.dirname(module), name.slice(7)) : path.join(root, name);
			try {
				return [name, createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16)];
			} catch {
				return [name, own ? digest : 'gone'];
			}
		}),
	);
}

function changedInWords(names: readonly string[]): string {
	if (names.length === 0) return 'its source changed';
	const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more files` : '';
	return `${names.slice(0, mostNamed).join(', ')}${more} changed`;
}
