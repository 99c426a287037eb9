import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/**
 * What `setup` leaves in a runtime folder once everything in it works; written last, atomically. A folder
 * without it does not count.
 */
export interface ReadyRuntime {
	/** Format of this record. */
	readonly schemaVersion: 1;
	/** `cpu` runs everywhere; `cuda` also drives NVIDIA GPUs. */
	readonly flavour: 'cpu' | 'cuda';
	/** Version that the native library itself reports, for example `2.21.0`. */
	readonly tensorflowVersion: string;
	/** Where the library came from: `path`, `pip` or `package`. */
	readonly source: string;
	/** Path of the Node addon, relative to the runtime folder. */
	readonly addon: string;
}

export interface LocatedRuntime extends ReadyRuntime {
	/** Absolute path of the runtime folder. */
	readonly folder: string;
}

export const readyFile = 'ready.json';

/** Folder of everything that is provisioned once per machine: `$FEWER_LABELS_CACHE`, else the user's cache. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
	if (environment.FEWER_LABELS_CACHE) return path.resolve(environment.FEWER_LABELS_CACHE);
	return path.join(environment.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'fewer-labels');
}

/** Reads one runtime folder's record; undefined if the folder is not ready. */
export function readRuntime(folder: string): LocatedRuntime | undefined {
	const file = path.join(folder, readyFile);
	if (!existsSync(file)) return undefined;
	const ready = JSON.parse(readFileSync(file, 'utf8')) as ReadyRuntime;
	return { ...ready, folder };
}

/**
 * The runtime that this process should use: `$FEWER_LABELS_RUNTIME` if set, else a ready `cuda` runtime if the
 * machine has an NVIDIA device, else a ready `cpu` one, else any. Undefined if none is ready.
 */
export function locateRuntime(environment: NodeJS.ProcessEnv = process.env): LocatedRuntime | undefined {
	if (environment.FEWER_LABELS_RUNTIME) return readRuntime(path.resolve(environment.FEWER_LABELS_RUNTIME));
	const parent = path.join(cacheFolder(environment), 'runtime');
	if (!existsSync(parent)) return undefined;
	const ready = readdirSync(parent)
		.sort()
		.map(name => readRuntime(path.join(parent, name)))
		.filter(runtime => runtime !== undefined);
	const wanted = existsSync('/dev/nvidiactl') ? 'cuda' : 'cpu';
	return ready.find(runtime => runtime.flavour === wanted) ?? ready[0];
}
