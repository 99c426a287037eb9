import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';
import type * as TensorFlow from '@tensorflow/tfjs-node-gpu';
import { EnvironmentError } from '../errors.ts';
import { locateRuntime } from './runtime-location.ts';

const require = createRequire(import.meta.url);

/** Loads TensorFlow.js on the native library that `setup` provisioned (0.4 s, 0.5 GB). */
function loadTensorFlow(): typeof TensorFlow {
	const runtime = locateRuntime();
	if (!runtime) {
		throw new EnvironmentError(
			'TensorFlow: no native runtime is provisioned on this machine',
			'run `npx fewer-labels setup` (once per machine), or `npx fewer-labels doctor` to see what is missing',
		);
	}
	// Silence TensorFlow's start-up notes; warnings and errors still print.
	process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
	// tfjs-node calls util.isNullOrUndefined and util.isArray, which Node 23 removed.
	const legacyUtil = util as unknown as Record<string, unknown>;
	legacyUtil.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
	legacyUtil.isArray ??= Array.isArray;
	// tfjs-node asks node-pre-gyp where its addon is; ours lies in the cache, outside node_modules.
	const packageRequire = createRequire(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
	const locator = packageRequire('@mapbox/node-pre-gyp/lib/pre-binding') as { find: () => string };
	locator.find = () => path.join(runtime.folder, runtime.addon);
	try {
		return require('@tensorflow/tfjs-node-gpu') as typeof TensorFlow;
	} catch (error) {
		throw new EnvironmentError(
			`TensorFlow: the native runtime in ${runtime.folder} does not load (${(error as Error).message})`,
			'run `npx fewer-labels setup --force` to provision it again',
			error,
		);
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
		loaded ??= loadTensorFlow();
		return loaded[property as keyof typeof TensorFlow];
	},
});
