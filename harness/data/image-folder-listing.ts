import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../errors.ts';
import { createStream } from '../tensor/random.ts';

/** Image files of one split, class by class in the order of the labels, files in the order of their names. */
export interface ListedSplit {
	readonly files: readonly string[];
	readonly labels: Int32Array;
}

export interface ImageFolderListing {
	readonly classNames: readonly string[];
	readonly train: ListedSplit;
	readonly test: ListedSplit;
	/** Where the two splits come from, for recipes. */
	readonly splitRule: string;
}

const fix =
	'lay the images out as FOLDER/CLASS/IMAGE.jpg, or FOLDER/train/CLASS/… with FOLDER/val/CLASS/… or FOLDER/test/CLASS/…';

const isFolder = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Names in a folder in the order of their character codes, without hidden ones; follows links. */
function listFolder(folder: string): { folders: string[]; files: string[] } {
	const folders: string[] = [];
	const files: string[] = [];
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		if (entry.name.startsWith('.')) continue;
		const linked = entry.isSymbolicLink() && isFolder(path.join(folder, entry.name));
		(entry.isDirectory() || linked ? folders : files).push(entry.name);
	}
	return { folders: folders.sort(), files: files.sort() };
}

/** Image files of each class folder. */
function listClasses(folder: string): Map<string, string[]> {
	const classes = new Map<string, string[]>();
	for (const name of listFolder(folder).folders) {
		const classFolder = path.join(folder, name);
		const { files, folders } = listFolder(classFolder);
		const images = files.filter(file => /\.(?:jpe?g|png)$/iu.test(file));
		if (images.length === 0) {
			const found = [...folders.map(inner => `${inner}/`), ...files].slice(0, 3).join(', ') || 'nothing';
			throw new UsageError(
				`folder: class folder ${classFolder} has no .jpg, .jpeg or .png file (it has ${found})`,
				`remove the empty class folder, or ${fix}`,
			);
		}
		classes.set(
			name,
			images.map(file => path.join(classFolder, file)),
		);
	}
	if (classes.size < 2) {
		const what = classes.size === 0 ? 'no class folders' : `all images in one class (${[...classes.keys()]})`;
		throw new UsageError(`folder: ${folder} has ${what}; at least two classes are needed`, fix);
	}
	return classes;
}

function gatherSplit(
	classNames: readonly string[],
	filesOf: (name: string) => readonly string[],
): ListedSplit {
	const perClass = classNames.map(name => filesOf(name));
	return {
		files: perClass.flat(),
		labels: Int32Array.from(perClass.flatMap((files, label) => files.map(() => label))),
	};
}

function pairSplits(folder: string, trainName: string, testName: string): ImageFolderListing {
	const train = listClasses(path.join(folder, trainName));
	const test = listClasses(path.join(folder, testName));
	const classNames = [...train.keys()];
	const lacking = (from: Map<string, unknown>, inside: Map<string, unknown>): string[] =>
		[...inside.keys()].filter(name => !from.has(name));
	for (const [name, missing] of [
		[testName, lacking(test, train)],
		[trainName, lacking(train, test)],
	] as const) {
		if (missing.length === 0) continue;
		throw new UsageError(
			`folder: ${path.join(folder, name)} lacks ${missing.length} class folder(s) of the other split: ${missing.slice(0, 3).join(', ')}`,
			`both splits need the same classes; ${fix}`,
		);
	}
	return {
		classNames,
		train: gatherSplit(classNames, name => train.get(name) as string[]),
		test: gatherSplit(classNames, name => test.get(name) as string[]),
		splitRule: `${trainName}/ and ${testName}/ as given`,
	};
}

/** A tenth of each class is held out, at least one image, at random by the seed and the class's name. */
function holdOut(folder: string, seed: number): ImageFolderListing {
	const classes = listClasses(folder);
	const classNames = [...classes.keys()];
	const heldOut = new Set<string>();
	for (const [name, files] of classes) {
		if (files.length < 2) {
			throw new UsageError(
				`folder: class folder ${path.join(folder, name)} has 1 image; at least 2 are needed to hold one out`,
				'add images, remove the class, or give train/ and val/ folders',
			);
		}
		const order = createStream(seed, 'folder-split', name).permutation(files.length);
		const count = Math.max(1, Math.round(files.length * 0.1));
		for (const position of order.subarray(0, count)) heldOut.add(files[position]);
	}
	const filesOf = (name: string): string[] => classes.get(name) as string[];
	return {
		classNames,
		train: gatherSplit(classNames, name => filesOf(name).filter(file => !heldOut.has(file))),
		test: gatherSplit(classNames, name => filesOf(name).filter(file => heldOut.has(file))),
		splitRule: `10 % of each class held out, seed ${seed}`,
	};
}

/**
 * Lists a folder of images with one sub-folder a class, the class order being that of the folder names. With
 * `train/` and `val/` (or else `test/`) above the classes, these are the splits; otherwise a tenth of each class
 * is held out.
 *
 * @param seed of the held-out tenth
 * @throws UsageError if the folder does not exist, a class has no images, the splits have different classes, or
 * there are fewer than two classes
 */
export function listImageFolder(folder: string, seed: number): ImageFolderListing {
	if (!isFolder(folder)) throw new UsageError(`folder: ${folder} is not a folder`, fix);
	const trainFolder = path.join(folder, 'train');
	if (!isFolder(trainFolder)) return holdOut(folder, seed);
	const testName = ['val', 'test'].find(name => isFolder(path.join(folder, name)));
	return testName ? pairSplits(folder, 'train', testName) : holdOut(trainFolder, seed);
}
