import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';
import type * as TensorFlow from '@tensorflow/tfjs-node-gpu';
import { EnvironmentError } from '../errors.ts';
import { requireRuntime } from './runtime-location.ts';

const require = createRequire(import.meta.url);

/** Where the parts of a runtime lie; paths are relative to the folder, except the folder itself. */
export interface RuntimeFiles {
	readonly folder: string;
	readonly addon: string;
	readonly quietLoader: string;
	readonly library: string;
}

/** TensorFlow's own start-up notes: no warnings, no errors. */
const startUpNotes = [
	/^WARNING: All log messages before absl::InitializeLog\(\) is called are written to STDERR$/u,
	/^I\d{4} .*oneDNN custom operations are on\./u,
	/^\s*$/u,
];

/** The lines of a native log that people should see. */
export function withoutStartUpNotes(log: string): string {
	const kept = log.split('\n').filter(line => !startUpNotes.some(note => note.test(line)));
	return kept.map(line => `${line}\n`).join('');
}

/**
 * Settings of the native library, which it reads from the environment of the process. Whoever starts the process
 * may set them otherwise.
 */
function setNativeDefaults(): void {
	// 1: informational notes are hidden, warnings and errors print.
	process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
	// TensorFlow would take all memory of a GPU at once; jobs and tests that share one need it to grow.
	process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
	// A GPU newer than the build has its kernels translated once; the driver's cache must hold all of them (4 GiB).
	process.env.CUDA_CACHE_MAXSIZE ??= '4294967296';
}

/** Functions that tfjs-node takes from node:util, that Node 22 warns of and Node 23 removed. */
function restoreLegacyUtil(): void {
	const legacyUtil = util as unknown as Record<string, unknown>;
	legacyUtil.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
	legacyUtil.isArray = Array.isArray;
}

/** Loads the native library itself, without its start-up notes. */
function loadLibrary(runtime: RuntimeFiles): void {
	setNativeDefaults();
	if (process.env.TF_CPP_MIN_LOG_LEVEL === '0') return;
	const loader = require(path.join(runtime.folder, runtime.quietLoader)) as {
		load: (library: string) => string;
	};
	process.stderr.write(withoutStartUpNotes(loader.load(path.join(runtime.folder, runtime.library))));
}

const doesNotLoad = (runtime: RuntimeFiles, error: unknown): EnvironmentError =>
	new EnvironmentError(
		`TensorFlow: the native runtime in ${runtime.folder} does not load (${(error as Error).message})`,
		'run `npx fewer-labels setup --force` to provision it again',
		error,
	);

/**
 * The native addon alone, without TensorFlow.js: half a second and 80 MB less, for processes that only run a graph.
 * It is the same addon, and the same library, as that of `tf`.
 *
 * @throws EnvironmentError if the library or its addon does not load
 */
export function loadNativeAddon(runtime: RuntimeFiles): unknown {
	try {
		loadLibrary(runtime);
		return require(path.join(runtime.folder, runtime.addon));
	} catch (error) {
		throw doesNotLoad(runtime, error);
	}
}

/**
 * Loads TensorFlow.js on the given native library (0.4 s, 0.5 GB). Node cannot unload it, so a process has one.
 *
 * @throws EnvironmentError if the library or its addon does not load
 */
export function loadTensorFlow(runtime: RuntimeFiles): typeof TensorFlow {
	restoreLegacyUtil();
	try {
		loadLibrary(runtime);
		// tfjs-node asks node-pre-gyp where its addon is; ours lies in the cache, outside node_modules.
		const packageRequire = createRequire(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
		const locator = packageRequire('@mapbox/node-pre-gyp/lib/pre-binding') as { find: () => string };
		locator.find = () => path.join(runtime.folder, runtime.addon);
		return require('@tensorflow/tfjs-node-gpu') as typeof TensorFlow;
	} catch (error) {
		throw doesNotLoad(runtime, error);
	}
}

let loaded: typeof TensorFlow | undefined;

/**
 * TensorFlow.js with the native TensorFlow backend. The library is loaded at the first use of a property, not at
 * import: commands that only describe networks and methods stay fast and run on a machine without a runtime.
 *
 * @throws EnvironmentError at the first use, if no runtime is provisioned or it does not load
 */
export const tf: typeof TensorFlow = new Proxy({} as typeof TensorFlow, {
	get(_target, property) {
		loaded ??= loadTensorFlow(requireRuntime());
		return loaded[property as keyof typeof TensorFlow];
	},
});
