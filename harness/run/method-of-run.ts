import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtInMethodNames, type LoadedMethod, loadMethod } from '../../methods/registry.ts';
import { UsageError } from '../errors.ts';

const methodsFolder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../methods');

/** For the manifest: where a module of the user's own lies, absolute; null for methods of this project. */
export function moduleOfMethod({ method, file }: LoadedMethod): string | null {
	return file === path.join(methodsFolder, method.name, 'method.ts') ? null : file;
}

/** What a manifest says about the method of its run. */
export interface RecordedMethod {
	readonly identity: { readonly method: string };
	/** See `moduleOfMethod`; manifests of before it was recorded lack it. */
	readonly methodModule?: string | null;
	/** Arguments of the command line that made the run. */
	readonly command?: readonly string[];
}

/**
 * The method of a finished run: by its name, or the user's own module where it was when the run was made.
 *
 * @throws UsageError if the module is gone, or holds another method now
 */
export async function loadMethodOfRun({
	identity,
	methodModule,
	command = [],
}: RecordedMethod): Promise<LoadedMethod> {
	const { method: name } = identity;
	if (methodModule == null && builtInMethodNames().includes(name)) return loadMethod(name);
	const flag = command.indexOf('--method');
	const given = methodModule ?? (flag === -1 ? undefined : command[flag + 1]);
	// A relative path meant a place of then; taken from here, a folder from elsewhere could have its code executed.
	if (given === undefined || !path.isAbsolute(given)) {
		throw new UsageError(
			`method: '${name}' is none of this project's, and the run does not say where its module lies`,
			`methods of this project: ${builtInMethodNames().join(', ')}`,
		);
	}
	const loaded = await loadMethod(given);
	if (loaded.method.name === name) return loaded;
	throw new UsageError(
		`method: ${loaded.file} holds ${loaded.method.name} now, the run was made with ${name}`,
		'put the module that made the run back to its place',
	);
}
