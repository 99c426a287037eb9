import path from 'node:path';
import { buildSource } from './build-source.ts';
import { type ClassFiles, listClassFolders } from './class-folders.ts';
import { type IndexedPicture, indexedSplit } from './indexed-split.ts';
import type { OpenSourceOptions, PictureSource } from './source.ts';

/** Pictures of class folders in the order of the labels; keys are `CLASS/FILE`. */
export function indexClassFiles(classes: ClassFiles): IndexedPicture[] {
	return [...classes].flatMap(([name, files], label) =>
		files.map(file => ({ key: `${name}/${path.basename(file)}`, label, file, offset: 0 })),
	);
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
