import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ActionableError, EnvironmentError } from '../../errors.ts';
import type { Flavour, LocatedRuntime, ReadyRuntime } from '../runtime-location.ts';
import { readRuntime, readyFile } from '../runtime-location.ts';
import { acquireLibrary, type LibrarySource } from './acquire-library.ts';
import { compileAddons } from './compile-addons.ts';
import { makeFolder, requireDiskSpace, unwritable } from './disk-space.ts';
import { mainLibraryIn } from './local-source.ts';
import { withLock } from './lock.ts';
import { hasNvidiaDevice } from './platform.ts';
import { currentBuild } from './runtime-identity.ts';
import { createSteps, formatSeconds } from './steps.ts';
import { verifyRuntime } from './verify-runtime.ts';

export interface BuildOptions {
	/** Absolute path of the runtime folder to make; its last part is the runtime's id. */
	readonly folder: string;
	readonly flavour: Flavour;
	readonly source: LibrarySource;
	/** Free bytes that the whole job needs on the disk of the cache. */
	readonly neededBytes: number;
	/** Make it again even if it is ready. */
	readonly force: boolean;
	readonly environment: NodeJS.ProcessEnv;
}

/** The steps that do the work; tests put other ones in their place. */
export interface BuildActions {
	readonly acquire: typeof acquireLibrary;
	readonly compile: typeof compileAddons;
	readonly verify: typeof verifyRuntime;
}

const realActions: BuildActions = { acquire: acquireLibrary, compile: compileAddons, verify: verifyRuntime };

/** Bytes that an interrupted attempt has left in the folder, which need not be found again. */
function bytesAlreadyThere(folder: string): number {
	if (!existsSync(folder)) return 0;
	let bytes = 0;
	for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
		if (entry.isFile()) bytes += statSync(path.join(entry.parentPath ?? entry.path, entry.name)).size;
	}
	return bytes;
}

/**
 * Makes one runtime folder: library, addons, verification, and last the record that makes it count. An interrupted
 * attempt is continued; of several processes one works and the others wait for its result.
 *
 * @throws EnvironmentError if a step fails; what is complete is kept for the next attempt
 */
export async function buildRuntime(
	options: BuildOptions,
	report: (line: string) => void,
	actions: BuildActions = realActions,
): Promise<LocatedRuntime> {
	const { folder } = options;
	makeFolder(path.dirname(folder));
	const askedMs = Date.now();
	return withLock(`${folder}.lock`, report, async () => {
		const ready = readRuntime(folder);
		// Made while this process waited for the lock, it is new enough also for --force.
		if (ready && (!options.force || ready.createdAt >= askedMs)) return ready;
		try {
			return await build(options, report, actions);
		} catch (error) {
			if (error instanceof ActionableError) throw error;
			const { code } = error as NodeJS.ErrnoException;
			if (code && ['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS'].includes(code))
				throw unwritable(folder, error);
			throw error;
		}
	});
}

async function build(
	{ folder, flavour, source, neededBytes, force, environment }: BuildOptions,
	report: (line: string) => void,
	{ acquire, compile, verify }: BuildActions,
): Promise<LocatedRuntime> {
	const startMs = performance.now();
	if (force) rmSync(folder, { recursive: true, force: true });
	rmSync(path.join(folder, readyFile), { force: true });
	requireDiskSpace(path.dirname(folder), Math.max(0, neededBytes - bytesAlreadyThere(folder)));
	makeFolder(folder);
	const step = createSteps(folder, report);
	const packages = await acquire({ source, folder, environment, step, report });
	const addons = await step('addons', 'compile the Node addon', () => compile(folder, environment));
	const dependencies = path.join(folder, 'deps', 'lib');
	const libraryName = mainLibraryIn(dependencies);
	if (!libraryName)
		throw new EnvironmentError(`${dependencies}: no TensorFlow library`, 'run `setup --force`');
	const library = path.join('deps', 'lib', libraryName);

	report('verify with a convolution …');
	const verifyMs = performance.now();
	const { version, gpu } = await verify({ folder, library, ...addons }, environment);
	if (flavour === 'cuda' && !gpu && hasNvidiaDevice(environment)) {
		throw new EnvironmentError(
			'TensorFlow runtime: the CUDA build loads, but uses no GPU although an NVIDIA device is there',
			'check with nvidia-smi that the driver works and is 525 or newer; TF_CPP_MIN_LOG_LEVEL=0 shows what fails; `--flavour cpu` does without',
		);
	}
	const device = gpu ? 'on the GPU' : 'on the CPU';
	report(`verify with a convolution: right ${device}, in ${formatSeconds(performance.now() - verifyMs)}`);

	const ready: ReadyRuntime = {
		schemaVersion: 1,
		flavour,
		tensorflowVersion: version,
		source: source.kind === 'wheel' || source.kind === 'folder' ? 'path' : source.kind,
		packages,
		...addons,
		library,
		build: currentBuild(),
		createdAt: Date.now(),
	};
	const file = path.join(folder, readyFile);
	writeFileSync(`${file}.partial`, `${JSON.stringify(ready, undefined, '\t')}\n`);
	renameSync(`${file}.partial`, file);
	report(
		`TensorFlow ${version} (${flavour}) is ready in ${formatSeconds(performance.now() - startMs)}: ${folder}`,
	);
	return { ...ready, folder };
}
