import { createReadStream, existsSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../errors.ts';
import { makeFolder } from './disk-space.ts';
import { isCudaWheel } from './wheel.ts';

/** A native library that the user already has. */
export type LocalSource =
	| { readonly kind: 'wheel'; readonly file: string; readonly flavour: 'cpu' | 'cuda' }
	| {
			readonly kind: 'folder';
			/** Folder of the shared libraries. */
			readonly libraries: string;
			/** Folder of the C headers. */
			readonly include: string;
			/** Folder of NVIDIA's libraries beside an installed CUDA build, if there is one. */
			readonly nvidia: string | undefined;
			readonly flavour: 'cpu' | 'cuda';
	  };

const libraryName = /^libtensorflow(_cc|_framework)?\.so\.\d+$/u;
const mainLibraries = ['libtensorflow_cc.so.2', 'libtensorflow.so.2'];

/** Name of the main shared library in a folder; undefined if there is none. */
export function mainLibraryIn(folder: string): string | undefined {
	return mainLibraries.find(name => existsSync(path.join(folder, name)));
}

/** True if a library calls the NVIDIA driver. Reads the file once (1 GB in a second). */
async function usesCuda(library: string): Promise<boolean> {
	const needle = 'cuModuleLoadData';
	let tail = '';
	for await (const chunk of createReadStream(library, { encoding: 'latin1', highWaterMark: 1 << 22 })) {
		if ((tail + chunk).includes(needle)) return true;
		tail = (chunk as string).slice(-needle.length);
	}
	return false;
}

/**
 * Finds out what a path given with `--tensorflow` is: a wheel, the folder of an installed `tensorflow` Python
 * package (or the site-packages folder that holds it), or a libtensorflow folder with `lib/` and `include/`.
 *
 * @throws UsageError if it is none of them
 */
export async function inspectLocalSource(given: string): Promise<LocalSource> {
	const source = path.resolve(given);
	const expected =
		'expected a TensorFlow wheel (.whl), the folder of an installed tensorflow Python package, or a libtensorflow folder with lib/ and include/';
	if (!existsSync(source)) throw new UsageError(`--tensorflow ${given}: does not exist; ${expected}`);
	if (statSync(source).isFile()) {
		if (!source.endsWith('.whl')) throw new UsageError(`--tensorflow ${given}: not a wheel; ${expected}`);
		return { kind: 'wheel', file: source, flavour: (await isCudaWheel(source)) ? 'cuda' : 'cpu' };
	}
	const layouts = [
		{ libraries: source, include: path.join(source, 'include') },
		{ libraries: path.join(source, 'tensorflow'), include: path.join(source, 'tensorflow', 'include') },
		{ libraries: path.join(source, 'lib'), include: path.join(source, 'include') },
	];
	const layout = layouts.find(({ libraries }) => existsSync(libraries) && mainLibraryIn(libraries));
	if (!layout) {
		throw new UsageError(`--tensorflow ${given}: no ${mainLibraries.join(' or ')} in it; ${expected}`);
	}
	const { libraries, include } = layout;
	if (!existsSync(path.join(include, 'tensorflow', 'c', 'c_api.h'))) {
		throw new UsageError(`--tensorflow ${given}: no C headers in ${include}; ${expected}`);
	}
	const shared = readdirSync(libraries).filter(name => libraryName.test(name));
	const cuda = await Promise.all(shared.map(name => usesCuda(path.join(libraries, name))));
	const nvidia = path.join(libraries, '..', 'nvidia');
	return {
		kind: 'folder',
		libraries,
		include,
		nvidia: existsSync(nvidia) ? nvidia : undefined,
		flavour: cuda.includes(true) ? 'cuda' : 'cpu',
	};
}

/**
 * Lays a library out in a runtime's `deps` folder by symbolic links: 1 GB need not be copied, and the runtime
 * lasts as long as the library stays where it is.
 */
export function linkLocalSource(source: LocalSource & { kind: 'folder' }, dependencies: string): void {
	const lib = path.join(dependencies, 'lib');
	makeFolder(lib);
	const link = (target: string, name: string): void => {
		rmSync(name, { recursive: true, force: true });
		symlinkSync(target, name);
	};
	for (const name of readdirSync(source.libraries).filter(file => libraryName.test(file))) {
		link(path.join(source.libraries, name), path.join(lib, name));
	}
	link(source.include, path.join(dependencies, 'include'));
	// The library looks for NVIDIA's libraries in ../nvidia, seen from its own folder.
	if (source.nvidia) link(source.nvidia, path.join(dependencies, 'nvidia'));
}

/** The wheel in a folder that satisfies a pip requirement by name; undefined if there is none. */
export function findWheel(folder: string, requirement: string): string | undefined {
	const name = /^[A-Za-z0-9._-]+/u
		.exec(requirement)?.[0]
		.replaceAll(/[-_.]+/gu, '_')
		.toLowerCase();
	const file = readdirSync(folder).find(entry => {
		const lower = entry.toLowerCase();
		return lower.endsWith('.whl') && lower.startsWith(`${name}-`);
	});
	return file && path.join(folder, file);
}
