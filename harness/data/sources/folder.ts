import path from 'node:path';
import { buildSource } from './build-source.ts';
import { type ClassFiles, listClassFolders } from './class-folders.ts';
import { indexedSplit, type PictureIndex } from './indexed-split.ts';
import type { OpenSourceOptions, PictureSource } from './source.ts';

/** Pictures of class folders in the order of the labels; keys are `CLASS/FILE`. */
export function indexClassFiles(classes: ClassFiles): PictureIndex {
	const list = Array.from(classes, ([className, { folder, names }]) => ({ className, folder, names }));
	/** Where each class begins, and the end. */
	const firsts = new Uint32Array(list.length + 1);
	for (const [label, { names }] of list.entries()) firsts[label + 1] = firsts[label] + names.length;
	const length = firsts[list.length];
	return {
		length,
		at(position) {
			if (position < 0 || position >= length) return undefined;
			let [label, end] = [0, list.length];
			while (end - label > 1) {
				const middle = (label + end) >> 1;
				if (firsts[middle] <= position) label = middle;
				else end = middle;
			}
			const { className, folder, names } = list[label];
			const name = names[position - firsts[label]];
			return { key: `${className}/${name}`, label, file: path.join(folder, name), offset: 0 };
		},
	};
}

/**
 * Opens any folder of JPEG, PNG or WebP pictures with one sub-folder a class, see `listClassFolders`.
 *
 * @throws UsageError as `listClassFolders`
 */
export async function openFolder(target: string, options: OpenSourceOptions): Promise<PictureSource> {
	const folder = path.resolve(target);
	const { train, test, trainName, testName } = listClassFolders('folder', folder);
	const splits = test ? `${trainName}/ and ${testName}/ as given` : 'no test split';
	return buildSource(
		{
			kind: 'folder',
			target,
			name: path.basename(folder),
			recipe: `folder, one class a sub-folder, ${splits}`,
			classNames: [...train.keys()],
			train: indexedSplit(indexClassFiles(train), folder),
			test: test ? indexedSplit(indexClassFiles(test), folder) : null,
		},
		options,
	);
}
