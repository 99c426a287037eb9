import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

function sourceFiles(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter(entry => entry.isFile() && /\.[cm]?[jt]s$/u.test(entry.name))
		.map(entry => path.join(entry.parentPath, entry.name))
		.filter(file => !file.includes(`${path.sep}node_modules${path.sep}`))
		.sort();
}

/** Sources that every method shares, from the root of the project. */
const shared = ['methods/networks', 'methods/losses', 'harness/train', 'harness/tensor/random.ts'];

interface DecidingFile {
	readonly name: string;
	readonly file: string;
}

/** Files whose content decides the numbers of a method, by a name that says no path outside of this project. */
function decidingFiles(methodFile: string): DecidingFile[] {
	const folder = path.dirname(methodFile);
	return [
		...sourceFiles(folder).map(file => ({ name: `method/${path.relative(folder, file)}`, file })),
		...shared.flatMap(part => {
			const whole = path.join(root, part);
			const inside = part.endsWith('.ts') ? [whole] : sourceFiles(whole);
			return inside.map(file => ({ name: path.relative(root, file), file }));
		}),
	].map(({ name, file }) => ({ name: name.replaceAll(path.sep, '/'), file }));
}

/**
 * SHA-256 over the source of a method, of the networks and losses and of the training loop: what decides, beside
 * options, data and seed, which numbers a run gives. A change makes old results stale instead of mixing them.
 *
 * @param methodFile absolute path of the method's module; the sources beside it count as well
 */
export function methodSourceDigest(methodFile: string): string {
	return digestOfSources(decidingFiles(methodFile));
}

/**
 * SHA-256 over the source of pre-training, of its networks and losses: an unfinished training goes on with the code
 * that began it.
 */
export function pretrainingSourceDigest(): string {
	const folder = path.join(root, 'methods/pretraining');
	const parts = ['methods/networks', 'methods/losses'].map(part => path.join(root, part));
	const files = [
		...sourceFiles(folder).filter(file => path.dirname(file) === folder),
		...parts.flatMap(sourceFiles),
		path.join(root, 'harness/tensor/random.ts'),
	];
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
