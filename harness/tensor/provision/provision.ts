import path from 'node:path';
import { EnvironmentError, UsageError } from '../../errors.ts';
import {
	type Flavour,
	type LocatedRuntime,
	locateRuntime,
	runtimesFolder,
	wantedFlavour,
} from '../runtime-location.ts';

export interface ProvisionOptions {
	/** Default: `cuda` where an NVIDIA device is visible and a CUDA build exists, else `cpu`. */
	readonly flavour?: Flavour;
	/**
	 * A native library to use instead of a download: a TensorFlow wheel, the folder of an installed `tensorflow`
	 * Python package, or a libtensorflow folder with `lib/` and `include/`. Default: pip, else the download of
	 * TensorFlow.js itself.
	 */
	readonly tensorflow?: string;
	/** Make the runtime again even if it is ready. Default: false. */
	readonly force?: boolean;
	/** Environment variables. Default: this process's. */
	readonly environment?: NodeJS.ProcessEnv;
}

/** Free disk each job needs, download and extracted files together, measured with TensorFlow 2.21 and rounded up. */
const neededBytes = {
	pip: { cpu: 1.3e9, cuda: 7.5e9 },
	wheel: { cpu: 1e9, cuda: 7e9 },
	folder: 5e6,
	package: 3e9,
};

/** A runtime that is ready and does for a caller who asked for nothing in particular. */
function findUsable({ flavour, environment }: ProvisionOptions): LocatedRuntime | undefined {
	const runtime = locateRuntime(environment);
	if (environment?.FEWER_LABELS_RUNTIME) {
		if (runtime) return runtime;
		throw new EnvironmentError(
			`FEWER_LABELS_RUNTIME=${environment.FEWER_LABELS_RUNTIME}: no ready runtime in this folder`,
			'unset FEWER_LABELS_RUNTIME to use the cache, or set it to a folder that `setup` has made',
		);
	}
	if (!runtime) return undefined;
	if (flavour) return runtime.flavour === flavour ? runtime : undefined;
	// A CUDA build also runs without a GPU; a library that the user chose is right on every machine.
	const fits =
		runtime.flavour === 'cuda' || runtime.source === 'path' || wantedFlavour(environment) === 'cpu';
	return fits ? runtime : undefined;
}

/**
 * Makes sure that a native TensorFlow runtime is ready on this machine, and returns it. If one is, this takes
 * milliseconds and loads nothing; else it is made once in the cache folder: library, addon, verification.
 *
 * @param report gets one line for people at a time; without line end
 * @throws UsageError if `tensorflow` names nothing usable
 * @throws EnvironmentError if the machine cannot have a runtime: what is missing and what to do
 */
export async function provisionRuntime(
	options: ProvisionOptions,
	report: (line: string) => void,
): Promise<LocatedRuntime> {
	const environment = options.environment ?? process.env;
	if (!options.force && !options.tensorflow) {
		const usable = findUsable({ ...options, environment });
		if (usable) return usable;
	}
	const [{ buildRuntime }, { readPlatform, requireSupportedPlatform }, identity] = await Promise.all([
		import('./build-runtime.ts'),
		import('./platform.ts'),
		import('./runtime-identity.ts'),
	]);
	const folderOf = (library: Parameters<typeof identity.runtimeId>[0]): string =>
		path.join(runtimesFolder(environment), identity.runtimeId(library));
	const common = { environment, force: options.force ?? false };

	if (options.tensorflow) {
		const { inspectLocalSource } = await import('./local-source.ts');
		requireSupportedPlatform(readPlatform(), 'cpu');
		const source = await inspectLocalSource(options.tensorflow);
		const { flavour } = source;
		if (options.flavour && options.flavour !== flavour) {
			throw new UsageError(
				`--tensorflow ${options.tensorflow}: is a ${flavour} build, but --flavour ${options.flavour} was asked for`,
				`leave --flavour out, or give a ${options.flavour} build`,
			);
		}
		const file =
			source.kind === 'wheel' ? source.file : path.join(source.libraries, 'libtensorflow_framework.so.2');
		const folder = folderOf({ flavour, version: 'local', origin: identity.originOf(file) });
		const needed = source.kind === 'wheel' ? neededBytes.wheel[flavour] : neededBytes.folder;
		return buildRuntime({ ...common, folder, flavour, source, neededBytes: needed }, report);
	}

	const flavour = options.flavour ?? wantedFlavour(environment);
	requireSupportedPlatform(readPlatform(), flavour);
	const version = identity.pipTensorflowVersion;
	// On arm64 the package called tensorflow is the CPU build, and there is no tensorflow-cpu.
	const name = flavour === 'cpu' && process.arch === 'x64' ? 'tensorflow-cpu' : 'tensorflow';
	const machine = process.arch === 'x64' ? 'x86_64' : 'aarch64';
	const requirement = `${name}==${version}`;
	const pip = { kind: 'pip', requirement, platformTag: `manylinux_2_27_${machine}`, flavour } as const;
	const { AcquisitionError } = await import('./acquire-library.ts');
	try {
		const folder = folderOf({ flavour, version, origin: 'pip' });
		return await buildRuntime(
			{ ...common, folder, flavour, source: pip, neededBytes: neededBytes.pip[flavour] },
			report,
		);
	} catch (error) {
		if (!(error instanceof AcquisitionError)) throw error;
		const { packageDownload } = await import('./package-download.ts');
		report(`${error.message.split('\n')[0]}; trying the download of TensorFlow.js itself`);
		try {
			const download = packageDownload(flavour, environment);
			const folder = folderOf({ flavour, version: download.version, origin: 'package' });
			const source = { kind: 'package', download } as const;
			return await buildRuntime(
				{ ...common, folder, flavour, source, neededBytes: neededBytes.package },
				report,
			);
		} catch (second) {
			if (!(second instanceof EnvironmentError)) throw second;
			throw new EnvironmentError(
				`${error.message}\nThe download of TensorFlow.js itself does not help: ${second.message}`,
				error.fix,
				error,
			);
		}
	}
}
