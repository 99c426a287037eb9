import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { explainWriteError } from './write-atomically.ts';

/**
 * Refuses, before hours of work rather than after, an output folder that cannot be made or written to. Makes nothing
 * itself: a command that ends for another reason leaves no empty folder behind.
 *
 * @param mayBeReadOnly whether a folder that is there already may hold all that is wanted of it. Default false.
 * @throws EnvironmentError if a part of the path is a file, or nothing may be written there
 */
export function requireOutputFolder(
	folder: string,
	{ mayBeReadOnly = false }: { readonly mayBeReadOnly?: boolean } = {},
): void {
	const wanted = path.resolve(folder);
	let nearest = wanted;
	while (!existsSync(nearest) && nearest !== path.dirname(nearest)) nearest = path.dirname(nearest);
	const mode = mayBeReadOnly && nearest === wanted ? constants.F_OK : constants.W_OK;
	try {
		// With the dot it is an error (ENOTDIR) unless it is a folder.
		accessSync(`${nearest}${path.sep}.`, mode);
	} catch (error) {
		throw explainWriteError(folder, error);
	}
}

/**
 * The same for a file that is to be written whole, over an earlier one or in a folder that is made for it.
 *
 * @throws EnvironmentError if it is a folder, or cannot be written
 */
export function requireOutputFile(file: string): void {
	if (existsSync(file) && statSync(file).isDirectory()) {
		throw explainWriteError(file, Object.assign(new Error(`${file} is a folder`), { code: 'EISDIR' }));
	}
	requireOutputFolder(path.dirname(path.resolve(file)));
}
