import path from 'node:path';
import { UsageError } from '../errors.ts';
import { createStream } from '../tensor/random.ts';
import { type ClassFiles, type ClassFolder, listClassFolders } from './sources/class-folders.ts';

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

const filesOf = ({ folder, names }: ClassFolder): string[] => names.map(name => path.join(folder, name));

function gatherSplit(classes: ClassFiles, isInside: (file: string) => boolean = () => true): ListedSplit {
	const perClass = Array.from(classes.values(), filesOf).map(files => files.filter(isInside));
	return {
		files: perClass.flat(),
		labels: Int32Array.from(perClass.flatMap((files, label) => files.map(() => label))),
	};
}

/** A tenth of each class is held out, at least one image, at random by the seed and the class's name. */
function holdOut(folder: string, classes: ClassFiles, seed: number): ImageFolderListing {
	const heldOut = new Set<string>();
	for (const [name, classFolder] of classes) {
		const files = filesOf(classFolder);
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
	return {
		classNames: [...classes.keys()],
		train: gatherSplit(classes, file => !heldOut.has(file)),
		test: gatherSplit(classes, file => heldOut.has(file)),
		splitRule: `10 % of each class held out, seed ${seed}`,
	};
}

/**
 * Lists a folder of images as `listClassFolders`; without a second split a tenth of each class is held out.
 *
 * @param seed of the held-out tenth
 * @throws UsageError as `listClassFolders`, and if a class has too few images to hold one out
 */
export function listImageFolder(folder: string, seed: number): ImageFolderListing {
	const { train, test, trainName, testName } = listClassFolders('folder', folder);
	if (!test) return holdOut(path.join(folder, trainName), train, seed);
	return {
		classNames: [...train.keys()],
		train: gatherSplit(train),
		test: gatherSplit(test),
		splitRule: `${trainName}/ and ${testName}/ as given`,
	};
}
