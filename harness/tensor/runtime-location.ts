import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { EnvironmentError, UsageError } from '../errors.ts';
import { hasNvidiaDevice } from './provision/platform.ts';
import { currentBuild } from './provision/runtime-identity.ts';

/** `cpu` runs everywhere; `cuda` also drives NVIDIA GPUs. */
export type Flavour = 'cpu' | 'cuda';

/**
 * What `setup` leaves in a runtime folder once everything in it works; written last, atomically. A folder
 * without it does not count.
 */
export interface ReadyRuntime {
	/** Format of this record. */
	readonly schemaVersion: 1;
	readonly flavour: Flavour;
	/** Version that the native library itself reports, for example `2.21.0`. */
	readonly tensorflowVersion: string;
	/** Where the library came from: a path the user gave, pip, or the download of TensorFlow.js itself. */
	readonly source: 'path' | 'pip' | 'package';
	/** The wheels or folder that the library was taken from. */
	readonly packages: readonly string[];
	/** Path of the Node addon, relative to the runtime folder. */
	readonly addon: string;
	/** Path of the addon that loads the library without its start-up notes, relative to the runtime folder. */
	readonly quietLoader: string;
	/** Main shared library, relative to the runtime folder. */
	readonly library: string;
	/** Digest of what the addon was built from; another one means that it must be built again. */
	readonly build: string;
	/** Milliseconds since 1970. */
	readonly createdAt: number;
}

export interface LocatedRuntime extends ReadyRuntime {
	/** Absolute path of the runtime folder. */
	readonly folder: string;
}

export const readyFile = 'ready.json';

/** Folder of everything that is provisioned once per machine: `$FEWER_LABELS_CACHE`, else the user's cache. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
	if (environment.FEWER_LABELS_CACHE) return path.resolve(environment.FEWER_LABELS_CACHE);
	const parent = environment.XDG_CACHE_HOME || path.join(environment.HOME || homedir(), '.cache');
	return path.join(parent, 'fewer-labels');
}

/** Folder that holds one folder for each provisioned runtime. */
export function runtimesFolder(environment: NodeJS.ProcessEnv = process.env): string {
	return path.join(cacheFolder(environment), 'runtime');
}

/** Reads one runtime folder's record; undefined if the folder is not ready. */
export function readRuntime(folder: string): LocatedRuntime | undefined {
	const file = path.join(folder, readyFile);
	if (!existsSync(file)) return undefined;
	try {
		const ready = JSON.parse(readFileSync(file, 'utf8')) as ReadyRuntime;
		// A library that was linked from a path and has been removed since makes the runtime useless.
		const parts = [ready.addon, ready.quietLoader, ready.library];
		if (ready.schemaVersion !== 1 || !parts.every(part => existsSync(path.join(folder, part)))) {
			return undefined;
		}
		return { ...ready, folder };
	} catch {
		// A damaged record is the same as none: `setup` makes the runtime again.
		return undefined;
	}
}

/**
 * The flavour that this process should use: `$FEWER_LABELS_FLAVOUR` if it is `cpu` or `cuda`, else `cuda` if an
 * NVIDIA device is visible and a CUDA build exists for this processor, else `cpu`.
 *
 * @throws UsageError if `$FEWER_LABELS_FLAVOUR` is set to anything else
 */
export function wantedFlavour(environment: NodeJS.ProcessEnv = process.env): Flavour {
	const forced = environment.FEWER_LABELS_FLAVOUR;
	if (forced === 'cpu' || forced === 'cuda') return forced;
	if (forced) {
		throw new UsageError(
			`FEWER_LABELS_FLAVOUR: expected cpu or cuda, got '${forced}'`,
			'correct or unset it',
		);
	}
	return process.arch === 'x64' && hasNvidiaDevice(environment) ? 'cuda' : 'cpu';
}

/**
 * The runtime that this process should use: `$FEWER_LABELS_RUNTIME` if set, else, among the ready ones that fit
 * the installed version of TensorFlow.js, one of the wanted flavour, else one from a path the user gave, else any;
 * the newest first. Undefined if none is ready. Takes milliseconds and loads nothing native.
 */
export function locateRuntime(environment: NodeJS.ProcessEnv = process.env): LocatedRuntime | undefined {
	if (environment.FEWER_LABELS_RUNTIME) return readRuntime(path.resolve(environment.FEWER_LABELS_RUNTIME));
	const parent = runtimesFolder(environment);
	if (!existsSync(parent)) return undefined;
	const wanted = wantedFlavour(environment);
	const rank = (runtime: LocatedRuntime): number => {
		if (runtime.flavour === wanted) return 0;
		return runtime.source === 'path' ? 1 : 2;
	};
	const build = currentBuild();
	return readdirSync(parent)
		.map(name => readRuntime(path.join(parent, name)))
		.filter(runtime => runtime !== undefined)
		.filter(runtime => runtime.build === build)
		.sort((a, b) => rank(a) - rank(b) || b.createdAt - a.createdAt)[0];
}

/**
 * The runtime that `locateRuntime` finds.
 *
 * @throws EnvironmentError saying how to get one if there is none
 */
export function requireRuntime(environment: NodeJS.ProcessEnv = process.env): LocatedRuntime {
	const runtime = locateRuntime(environment);
	if (runtime) return runtime;
	throw new EnvironmentError(
		'TensorFlow: no native runtime is provisioned on this machine',
		'run `npx fewer-labels setup` (once per machine), or `npx fewer-labels doctor` to see what is missing',
	);
}
