import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesNamedBy } from './named-files.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

function sourceFiles(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter(entry => entry.isFile() && /\.[cm]?[jt]s$/u.test(entry.name))
		.map(entry => path.join(entry.parentPath, entry.name))
		.filter(file => !path.relative(folder, file).split(path.sep).includes('node_modules'))
		.sort();
}

/** Sources that pre-training and every method share, from the root of the project. */
const numbers = [
	...['methods/networks', 'methods/losses'],
	// The recorder of compiled steps, `harness/tensor/compile`, is left out on purpose: a compiled step is tested to give
	// the bits of the eager one, so it decides how fast the numbers come and not which.
	...['random', 'categorical', 'float64', 'kernels'].map(name => `harness/tensor/${name}.ts`),
	// Which images stand in a batch, which labels may be read.
	...['batches', 'feed', 'label-subset', 'balanced-subset'].map(name => `harness/data/${name}.ts`),
	// The pixels of pictures that are decoded and cropped anew in every epoch.
	...['harness/data/feeding', 'harness/data/decoding', 'harness/data/preparation'],
	...['harness/data/packed/packed-split.ts', 'harness/metrics/resize'],
];

/** The same of every method. */
const shared = [...numbers, 'harness/train', 'harness/run/assign-labels.ts'];

interface DecidingFile {
	readonly name: string;
	readonly file: string;
}

const wholePaths = (parts: readonly string[]): string[] =>
	parts
		.map(part => path.join(root, part))
		.flatMap(part => (path.extname(part) === '.ts' ? [part] : sourceFiles(part)));

const isWithin = (folder: string, file: string): boolean => file.startsWith(`${folder}${path.sep}`);

/** Files whose content decides the numbers of a method, by a name that says no path outside of this project. */
function decidingFiles(methodFile: string): DecidingFile[] {
	const folder = path.dirname(methodFile);
	const own = new Set([...sourceFiles(folder), methodFile]);
	const others = new Set(wholePaths(shared));
	// What the module imports may lie anywhere; of the harness, that which decides numbers is listed above.
	const passed = (file: string): boolean =>
		own.has(file) || others.has(file) || isWithin(path.join(root, 'harness'), file);
	const imported = filesNamedBy([...own], passed);
	const nameOf = (file: string): string => {
		if (own.has(file) || isWithin(folder, file)) return `method/${path.relative(folder, file)}`;
		return isWithin(root, file) ? path.relative(root, file) : `method/${path.relative(folder, file)}`;
	};
	return [...own, ...imported, ...others].map(file => ({
		name: nameOf(file).replaceAll(path.sep, '/'),
		file,
	}));
}

/**
 * SHA-256 over the source of a method, of the networks and losses, of the training loop and of what draws its data and
 * labels: what decides, beside options, data and seed, which numbers a run gives. A change makes old results stale
 * instead of mixing them.
 *
 * @param methodFile absolute path of the method's module; the sources beside it count as well, and so do the files that
 * they name by a relative path, such as `../common.ts`, but no installed packages
 */
export function methodSourceDigest(methodFile: string): string {
	return digestOfSources(decidingFiles(methodFile));
}

/**
 * SHA-256 over the source of pre-training, of its networks and losses and of what draws its data and labels: an
 * unfinished training goes on with the code that began it.
 */
export function pretrainingSourceDigest(): string {
	const folder = path.join(root, 'methods/pretraining');
	const files = [
		...sourceFiles(folder).filter(file => path.dirname(file) === folder),
		...wholePaths(numbers),
	];
	return digestOfSources(files.map(file => ({ name: path.relative(root, file), file })));
}

/**
 * SHA-256 over the rules of the collapse watch: part of the identity of runs that other signs than what is not finite
 * may end early or throw back, and of no others.
 */
export function collapseRulesDigest(): string {
	const files = wholePaths(['harness/run/collapse']);
	return digestOfSources(files.map(file => ({ name: path.relative(root, file), file })));
}

function digestOfSources(files: readonly DecidingFile[]): string {
	const hash = createHash('sha256');
	for (const { name, file } of files) {
		hash.update(`${name}\0`);
		hash.update(readFileSync(file));
		hash.update('\0');
	}
	return hash.digest('hex');
}

/**
 * The same sources one by one, first 16 hex digits of the SHA-256 of each by its name: kept in manifests beside the
 * identity, so that `why` can name the file that changed.
 */
export function methodSourceFiles(methodFile: string): Record<string, string> {
	return Object.fromEntries(
		decidingFiles(methodFile).map(({ name, file }) => [
			name,
			createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16),
		]),
	);
}
