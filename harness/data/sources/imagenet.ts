import path from 'node:path';
import { UsageError } from '../../errors.ts';
import { buildSource } from './build-source.ts';
import {
	type ClassFiles,
	findRightFolder,
	isFolder,
	listClassFolders,
	listPictures,
} from './class-folders.ts';
import { indexClassFiles } from './folder.ts';
import { type IndexedPicture, indexedPictures, indexedSplit, type PictureIndex } from './indexed-split.ts';
import type { OpenSourceOptions, PictureSource } from './source.ts';
import { readValidationLabels } from './validation-labels.ts';

const fix =
	'give the folder that holds train/ and val/: train/n01440764/… and val/n01440764/…, or a flat val/ with a label list or the devkit beside it';

/** Where train/ lies below the folder of Kaggle's archive. */
const kaggleFolders = ['', 'CLS-LOC', 'Data/CLS-LOC', 'ILSVRC/Data/CLS-LOC'];

/** Names of ImageNet's pictures are unique: one in two classes is a mistake in the folders. */
function checkUnique(pictures: PictureIndex): void {
	const classes = new Map<string, string>();
	for (const { key } of indexedPictures(pictures)) {
		const [className, name] = key.split('/');
		const before = classes.get(name);
		if (before !== undefined) {
			throw new UsageError(
				`imagenet: ${name} is in two class folders, ${before} and ${className}`,
				'remove it from the wrong one',
			);
		}
		classes.set(name, className);
	}
}

async function indexFlat(
	folder: string,
	files: readonly string[],
	root: string,
	target: string,
	classNames: readonly string[],
): Promise<{ pictures: IndexedPicture[]; origin: string }> {
	const names = files.map(file => path.basename(file));
	const folders = [...new Set([folder, path.dirname(folder), root, path.resolve(target)])];
	const { labels, origin } = await readValidationLabels({ folders, names, classNames });
	const pictures = files.map((file, index) => ({
		key: names[index],
		label: labels[index],
		file,
		offset: 0,
	}));
	return { pictures, origin };
}

/**
 * Opens ImageNet in folders: train/ with one folder a class (`n01440764`, their sorted order being that of the
 * labels), and val/ likewise or flat with a list of its labels. Kaggle's archive is taken as it unpacks.
 *
 * @throws UsageError if a split is missing, as `listClassFolders` and `readValidationLabels`, and for a picture
 * that lies in two classes
 */
export async function openImagenet(target: string, options: OpenSourceOptions): Promise<PictureSource> {
	const given = path.resolve(target);
	const root = kaggleFolders
		.map(inner => path.join(given, inner))
		.find(folder => isFolder(path.join(folder, 'train')));
	const testName = root && ['val', 'validation'].find(name => isFolder(path.join(root, name)));
	if (!root || !testName) {
		const right = [path.dirname(given), findRightFolder(given) ?? ''].find(
			folder => isFolder(path.join(folder, 'train')) && isFolder(path.join(folder, 'val')),
		);
		throw new UsageError(
			`imagenet: ${given} has no ${root ? 'val/' : 'train/'}`,
			right ? `did you mean \`imagenet:${right}\`? ${fix}` : fix,
		);
	}
	const testFolder = path.join(root, testName);
	const flat = listPictures(testFolder);
	let train: ClassFiles;
	let test: PictureIndex;
	let origin = `${testName}/ folders`;
	if (flat.length > 0) {
		({ train } = listClassFolders('imagenet', path.join(root, 'train')));
		({ pictures: test, origin } = await indexFlat(testFolder, flat, root, target, [...train.keys()]));
	} else {
		const folders = listClassFolders('imagenet', root);
		train = folders.train;
		test = indexClassFiles(folders.test ?? new Map());
		checkUnique(test);
	}
	const trainPictures = indexClassFiles(train);
	checkUnique(trainPictures);
	return buildSource(
		{
			kind: 'imagenet',
			target,
			name: 'imagenet',
			recipe: `ImageNet class folders, labels in sorted order, validation labels from ${origin}`,
			classNames: [...train.keys()],
			train: indexedSplit(trainPictures, root),
			test: indexedSplit(test, root),
		},
		options,
	);
}
