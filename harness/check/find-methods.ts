import type { LoadedMethod } from '../../methods/registry.ts';
import { UsageError } from '../errors.ts';
import { loadMethodOfRun, moduleOfMethod, type RecordedMethod } from '../run/method-of-run.ts';
import { methodSourceDigest } from '../run/source-digest.ts';
import type { FinishedRun } from './read-grid.ts';
import { isManifest, type Manifest } from './read-manifest.ts';

/** A method of this project, or the user's module if it is still where it was; else what is in the way. */
export type FoundMethod = LoadedMethod | { readonly problem: string };

const known = new WeakMap<readonly FinishedRun[], Promise<readonly FoundMethod[]>>();

/** The method of each finished run, in their order. Several rules ask; every method is looked for once. */
export function findMethods(finished: readonly FinishedRun[]): Promise<readonly FoundMethod[]> {
	const found = known.get(finished) ?? findAll(finished);
	known.set(finished, found);
	return found;
}

async function findAll(finished: readonly FinishedRun[]): Promise<readonly FoundMethod[]> {
	const methods = new Map<string, FoundMethod>();
	const found: FoundMethod[] = [];
	for (const { manifest, result } of finished) {
		const recorded: RecordedMethod = isManifest(manifest)
			? manifest
			: { identity: { method: result.method } };
		const key = JSON.stringify([result.method, recorded.methodModule ?? null]);
		const method = methods.get(key) ?? (await find(recorded));
		methods.set(key, method);
		found.push(method);
	}

	return found;
}

async function find(recorded: RecordedMethod): Promise<FoundMethod> {
	try {
		return await loadMethodOfRun(recorded);
	} catch (error) {
		if (!(error instanceof UsageError)) throw error;
		return { problem: error.message.split('\n')[0]! };
	}
}

/** Whether a user's module is not what it was when the run was made: then it says nothing about the run. */
export function hasChangedSince(found: LoadedMethod, { identity }: Manifest): boolean {
	return moduleOfMethod(found) !== null && methodSourceDigest(found.file) !== identity.methodSource;
}
