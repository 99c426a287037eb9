import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../errors.ts';
import { damagedFile, problemOf } from '../formats/read-file.ts';

/** Picture files of one class. Paths are made when they are needed: there may be a million. */
export interface ClassFolder {
	readonly folder: string;
	/** Names of the files, in order. */
	readonly names: readonly string[];
}

/** The classes by their names, in order. */
export type ClassFiles = ReadonlyMap<string, ClassFolder>;

export interface ClassFolders {
	readonly train: ClassFiles;
	/** Undefined if only one split is there. */
	readonly test: ClassFiles | undefined;
	/** Folders of the two splits below the one given: `train`, `val`; empty for classes right below it. */
	readonly trainName: string;
	readonly testName: string;
}

const layoutFix =
	'lay the images out as FOLDER/CLASS/IMAGE.jpg, or FOLDER/train/CLASS/… with FOLDER/val/CLASS/… or FOLDER/test/CLASS/…';

// Looked for first: a path that goes on behind a file is no folder either, where `statSync` throws.
export const isFolder = (file: string): boolean => existsSync(file) && statSync(file).isDirectory();
export const isFile = (file: string): boolean => existsSync(file) && statSync(file).isFile();

/** Names of a split of held-out pictures, in the order in which they are looked for. */
const testNames = ['val', 'test', 'validation'] as const;

const isPicture = (name: string): boolean => /\.(?:jpe?g|png|webp)$/iu.test(name);

/**
 * Names in a folder in the order of their character codes, without hidden ones; follows links.
 *
 * @throws UsageError if it may not be read
 */
export function listFolder(folder: string): { folders: string[]; files: string[] } {
	const folders: string[] = [];
	const files: string[] = [];
	const read = () => {
		try {
			return readdirSync(folder, { withFileTypes: true });
		} catch (error) {
			throw damagedFile(folder, undefined, problemOf(error), 'check the path and its permissions', error);
		}
	};
	for (const entry of read()) {
		if (entry.name.startsWith('.')) continue;
		const linked = entry.isSymbolicLink() && isFolder(path.join(folder, entry.name));
		(entry.isDirectory() || linked ? folders : files).push(entry.name);
	}
	return { folders: folders.sort(), files: files.sort() };
}

/** Picture files right inside a folder, as paths. */
export const listPictures = (folder: string): string[] =>
	listFolder(folder)
		.files.filter(isPicture)
		.map(name => path.join(folder, name));

/** Folders looked into for a hint, at each level: hints need not be complete, but fast. */
const hintBreadth = 20;

const tryList = (folder: string): { folders: string[]; files: string[] } => {
	try {
		return listFolder(folder);
	} catch {
		return { folders: [], files: [] };
	}
};

/** Whether a folder looks like one of classes: several folders, the first of which hold pictures. */
export function looksRight(folder: string): boolean {
	const { folders } = tryList(folder);
	const holdsPictures = (name: string): boolean => tryList(path.join(folder, name)).files.some(isPicture);
	if (folders.includes('train') && looksRight(path.join(folder, 'train'))) return true;
	return folders.length >= 2 && folders.slice(0, 2).every(holdsPictures);
}

/** The folder that was probably meant: one or two levels above or below; undefined if none looks right. */
export function findRightFolder(folder: string): string | undefined {
	const above = [path.dirname(folder), path.dirname(path.dirname(folder))];
	const below = tryList(folder)
		.folders.slice(0, hintBreadth)
		.map(name => path.join(folder, name));
	const deeper = below.flatMap(inner =>
		tryList(inner)
			.folders.slice(0, hintBreadth)
			.map(name => path.join(inner, name)),
	);
	const up = tryList(folder).files.some(isPicture) ? above.reverse() : [];
	// From the top down: train/ and val/ together are meant rather than one of them.
	return [...up, ...below, ...deeper].find(looksRight);
}

function fixFor(kind: string, folder: string): string {
	const right = findRightFolder(folder);
	return right ? `did you mean \`${kind}:${right}\`? ${layoutFix}` : layoutFix;
}

/**
 * Picture files of each class folder.
 *
 * @param root the folder that was given, for the hint
 */
function listClasses(kind: string, root: string, folder: string): ClassFiles {
	const classes = new Map<string, ClassFolder>();
	for (const name of listFolder(folder).folders) {
		const classFolder = path.join(folder, name);
		const { files, folders } = listFolder(classFolder);
		const pictures = files.filter(isPicture);
		if (pictures.length === 0) {
			const found = [...folders.map(inner => `${inner}/`), ...files].slice(0, 3).join(', ') || 'nothing';
			throw new UsageError(
				`${kind}: class folder ${classFolder} has no .jpg, .jpeg, .png or .webp file (it has ${found})`,
				`remove the empty class folder, or ${fixFor(kind, root)}`,
			);
		}
		classes.set(name, { folder: classFolder, names: pictures });
	}
	if (classes.size < 2) {
		const what = classes.size === 0 ? 'no class folders' : `all images in one class (${[...classes.keys()]})`;
		throw new UsageError(
			`${kind}: ${folder} has ${what}; at least two classes are needed`,
			fixFor(kind, root),
		);
	}
	return classes;
}

/** @throws UsageError if the classes of two splits differ */
function checkSameClasses(kind: string, folder: string, { train, test, trainName, testName }: ClassFolders) {
	if (!test) return;
	const lacking = (from: ClassFiles, inside: ClassFiles): string[] =>
		[...inside.keys()].filter(name => !from.has(name));
	for (const [name, missing] of [
		[testName, lacking(test, train)],
		[trainName, lacking(train, test)],
	] as const) {
		if (missing.length === 0) continue;
		throw new UsageError(
			`${kind}: ${path.join(folder, name)} lacks ${missing.length} class folder(s) of the other split: ${missing.slice(0, 3).join(', ')}`,
			`both splits need the same classes; ${layoutFix}`,
		);
	}
}

/**
 * Lists a folder of pictures with one sub-folder a class. With `train/` and `val/`, `test/` or `validation/` above
 * the classes, these are the splits. Links are followed; which files are pictures their names tell, which format
 * they have their content.
 *
 * @param kind of the source, for messages
 * @throws UsageError if the folder does not exist, a class has no pictures, the splits have different classes, or
 * there are fewer than two classes; it names the folder that was probably meant
 */
export function listClassFolders(kind: string, folder: string): ClassFolders {
	if (!isFolder(folder)) throw new UsageError(`${kind}: ${folder} is not a folder`, layoutFix);
	const list = (name: string): ClassFiles => listClasses(kind, folder, path.join(folder, name));
	if (!isFolder(path.join(folder, 'train'))) {
		return { train: list(''), test: undefined, trainName: '', testName: '' };
	}
	const testName = testNames.find(name => isFolder(path.join(folder, name)));
	const splits = {
		train: list('train'),
		test: testName === undefined ? undefined : list(testName),
		trainName: 'train',
		testName: testName ?? '',
	};
	checkSameClasses(kind, folder, splits);
	return splits;
}
