import path from 'node:path';
import { UsageError } from '../../errors.ts';
import { isFolder, listFolder } from './class-folders.ts';

const fix =
	'give DIR, or DIR/train-{000..146}.tar, or both splits as DIR/train-{000..146}.tar,DIR/val-{000..006}.tar';
/** More shards than anyone has: a typing error in a range ends here. */
const mostShards = 100_000;

/** Parts of a text between commas that stand in no braces. */
export function splitOutsideBraces(text: string): string[] {
	const parts = [''];
	let depth = 0;
	for (const letter of text) {
		if (letter === '{') depth++;
		if (letter === '}') depth--;
		if (letter === ',' && depth === 0) parts.push('');
		else parts[parts.length - 1] += letter;
	}
	return parts;
}

/**
 * Texts that a pattern with braces stands for, as in a shell: `{000..146}` keeps its zeros, `{a,b}` lists.
 *
 * @throws UsageError for a range that does not ascend or is endless
 */
export function expandBraces(pattern: string): string[] {
	const [whole, inside] = /\{([^{}]*)\}/u.exec(pattern) ?? [];
	if (whole === undefined) return [pattern];
	const [, from, to] = /^(\d+)\.\.(\d+)$/u.exec(inside) ?? [];
	let values = inside.split(',');
	if (from !== undefined) {
		const count = Number(to) - Number(from) + 1;
		if (!(count > 0 && count <= mostShards)) {
			throw new UsageError(
				`webdataset: ${pattern}: expected an ascending range of at most ${mostShards}, got {${inside}}`,
				fix,
			);
		}
		values = Array.from({ length: count }, (_, index) =>
			String(Number(from) + index).padStart(from.length, '0'),
		);
	} else if (values.length < 2) {
		throw new UsageError(`webdataset: ${pattern}: expected {FROM..TO} or {A,B}, got {${inside}}`, fix);
	}
	return values.flatMap(value => expandBraces(pattern.replace(whole, () => value)));
}

/** Files that a pattern names; `*` stands for any letters of a name. */
function filesOf(pattern: string): string[] {
	return expandBraces(pattern).flatMap(expanded => {
		const file = path.resolve(expanded);
		const name = path.basename(file);
		if (!name.includes('*')) return [file];
		const folder = path.dirname(file);
		const letters = name.split('*').map(part => part.replaceAll(/[.+?^$()|[\]\\]/gu, '\\$&'));
		const sign = new RegExp(`^${letters.join('.*')}$`, 'u');
		const found = isFolder(folder) ? listFolder(folder).files.filter(file => sign.test(file)) : [];
		if (found.length === 0) throw new UsageError(`webdataset: no file matches ${expanded}`, fix);
		return found.map(match => path.join(folder, match));
	});
}

const isTrain = (name: string): boolean => /train/iu.test(name);
const isTest = (name: string): boolean => /val|test/iu.test(name);

/**
 * Shards of the two splits: those that the patterns name, the first one being the training split, or those of a
 * folder, told by `train` and `val` or `test` in their names.
 *
 * @throws UsageError if nothing matches, or a folder's shards cannot be told apart
 */
export function listShards(target: string): { train: string[]; test: string[] | null } {
	const patterns = splitOutsideBraces(target);
	if (patterns.length > 2) {
		throw new UsageError(`webdataset: ${target}: expected at most two patterns, got ${patterns.length}`, fix);
	}
	if (patterns.length === 2 || !isFolder(target)) {
		const [train, test] = patterns.map(pattern => filesOf(pattern));
		return { train, test: test ?? null };
	}
	const folder = path.resolve(target);
	const shards = listFolder(folder).files.filter(name => name.endsWith('.tar'));
	if (shards.length === 0) throw new UsageError(`webdataset: ${folder} has no .tar file`, fix);
	const paths = (names: readonly string[]): string[] => names.map(name => path.join(folder, name));
	const train = shards.filter(isTrain);
	if (train.length === 0 && !shards.some(isTest)) return { train: paths(shards), test: null };
	const rest = shards.filter(name => !isTrain(name));
	const odd = rest.find(name => !isTest(name));
	if (train.length === 0 || odd !== undefined) {
		const what = odd === undefined ? 'no training shard' : `'${odd}' is of no split`;
		throw new UsageError(
			`webdataset: ${folder}: shards are told by \`train\` and \`val\` in their names, and ${what}`,
			fix,
		);
	}
	return { train: paths(train), test: rest.length > 0 ? paths(rest) : null };
}
