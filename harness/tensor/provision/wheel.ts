import path from 'node:path';
import { UsageError } from '../../errors.ts';
import { extractZipEntry, readZipEntries, readZipText, type ZipEntry } from './zip-reader.ts';

/** Headers that the addon of TensorFlow.js includes, directly or not; folders are taken whole. */
const headers =
	/^tensorflow\/(include\/(?:tensorflow\/c|tensorflow\/core\/platform|tensorflow\/tsl|tsl|xla\/tsl\/c|xla\/tsl\/platform)\/.+\.h)$/u;
const libraries = /^tensorflow\/(libtensorflow(?:_cc|_framework)\.so\.\d+)$/u;

/** Where an entry of a TensorFlow wheel goes in the runtime's `deps` folder; undefined if it is not needed. */
function placeInDependencies(name: string): string | undefined {
	const library = libraries.exec(name)?.[1];
	return library ? path.join('lib', library) : headers.exec(name)?.[1];
}

/** Shared libraries of NVIDIA's wheels, and the compiler files that XLA starts; no headers, no spare builds. */
function placeOfCudaFile(name: string): string | undefined {
	if (name.includes('.alt.')) return undefined;
	const needed =
		/^nvidia\/[^/]+\/lib\/[^/]+\.so(\.|$)/u.test(name) || /^nvidia\/cuda_nvcc\/(bin|nvvm)\/[^_]/u.test(name);
	return needed ? name : undefined;
}

async function extractPlaced(
	wheel: string,
	entries: readonly ZipEntry[],
	folder: string,
	place: (name: string) => string | undefined,
): Promise<void> {
	for (const entry of entries) {
		const target = place(entry.name);
		if (target === undefined || entry.name.endsWith('/')) continue;
		// The patterns name whole folders: an entry with `..` in it must not leave the target.
		if (path.relative(folder, path.join(folder, target)).startsWith('..')) continue;
		await extractZipEntry(wheel, entry, path.join(folder, target));
	}
}

/**
 * Takes libraries and C headers out of a TensorFlow wheel into `folder`, as `lib/` and `include/`.
 *
 * @throws UsageError if the wheel holds no libtensorflow_cc, EnvironmentError if it is damaged
 */
export async function extractTensorFlowWheel(wheel: string, folder: string): Promise<void> {
	const entries = await readZipEntries(wheel);
	if (!entries.some(entry => libraries.test(entry.name))) {
		throw new UsageError(
			`${wheel}: expected a TensorFlow wheel for Linux (with tensorflow/libtensorflow_cc.so.2), found none in it`,
			'give a wheel of tensorflow-cpu or tensorflow for Linux, version 2.13 or later',
		);
	}
	await extractPlaced(wheel, entries, folder, placeInDependencies);
}

/** Takes the shared libraries out of one of NVIDIA's CUDA wheels into `folder`, as `nvidia/…`. */
export async function extractCudaWheel(wheel: string, folder: string): Promise<void> {
	await extractPlaced(wheel, await readZipEntries(wheel), folder, placeOfCudaFile);
}

/** The pip requirements that a TensorFlow wheel lists for its extra `and-cuda`: NVIDIA's CUDA libraries. */
export async function readCudaRequirements(wheel: string): Promise<string[]> {
	const entries = await readZipEntries(wheel);
	const metadata = entries.find(entry => /^[^/]+\.dist-info\/METADATA$/u.test(entry.name));
	if (!metadata) return [];
	const lines = (await readZipText(wheel, metadata)).split('\n');
	return lines.flatMap(line => {
		const match = /^Requires-Dist: ([^;]+);.*extra == ["']and-cuda["']/u.exec(line);
		return match ? [match[1].replaceAll(' ', '')] : [];
	});
}

/** True if the wheel is a CUDA build of TensorFlow: its own build record says so. */
export async function isCudaWheel(wheel: string): Promise<boolean> {
	const entries = await readZipEntries(wheel);
	const record = entries.find(entry => entry.name === 'tensorflow/python/platform/build_info.py');
	return record !== undefined && /'is_cuda_build', True/u.test(await readZipText(wheel, record));
}
