import { existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { indexFile } from '../../data/packed/format.ts';
import { UsageError } from '../../errors.ts';
import { fileNames } from '../../run/run-folder.ts';
import { explainWriteError } from '../../write-atomically.ts';
import { isFeatureArray, openArrayFeatures } from './array-features.ts';
import { findArrayLabels } from './array-labels.ts';
import { type FloatRange, isPictureArray, openArrayPictures } from './array-pictures.ts';
import { type DataSetReading, openDataSetPictures } from './data-set-pictures.ts';
import { listPictures, openPictureFolder } from './picture-folder.ts';
import type { ScoreSource } from './source.ts';
import { areStatistics, openStatistics } from './statistics-file.ts';
import { openStoredArrays } from './stored-array.ts';
import { removeAbandonedUnpacked } from './unpacked-folders.ts';

export interface OpenSourceOptions {
	/** Split of a labelled data set. */
	readonly split: 'train' | 'test';
	/** Resolution of a labelled data set in pixels; default 32, or that of a packed set. */
	readonly resolution?: number;
	/** Data sets that are open already, see `DataSetReading`. */
	readonly opened?: DataSetReading['opened'];
	/** What black and white are in arrays of floats; undefined refuses such arrays. */
	readonly floatRange?: FloatRange;
	/** Folder for unpacked arrays; made if it is missing. */
	readonly temporaryFolder: string;
	/** Takes progress lines for people. */
	readonly report?: (line: string) => void;
}

const forms =
	'a folder of images, a .npz or .npy of images or features, a .npz of mu and sigma, a run folder, shapes, ' +
	'cifar10:DIR, folder:DIR, packed:DIR or another data set';

async function openArrays(file: string, options: OpenSourceOptions): Promise<ScoreSource> {
	try {
		mkdirSync(options.temporaryFolder, { recursive: true });
		removeAbandonedUnpacked(options.temporaryFolder);
	} catch (error) {
		throw explainWriteError(options.temporaryFolder, error);
	}
	const { arrays, close } = await openStoredArrays(file, options.temporaryFolder);
	try {
		// Some files hold samples and their statistics: samples say more.
		const pictures = arrays.find(isPictureArray);
		if (pictures) {
			const labels = findArrayLabels(arrays, pictures.shape[0]);
			return openArrayPictures(pictures, options.floatRange, close, labels);
		}
		if (areStatistics(arrays)) {
			const source = openStatistics(arrays);
			return { ...source, close };
		}
		const features = arrays.find(isFeatureArray);
		if (features) {
			return openArrayFeatures(features, close, findArrayLabels(arrays, features.shape[0]));
		}
		const rows = arrays.find(({ shape }) => shape.length === 2);
		if (rows) {
			throw new UsageError(
				`${file}: array '${rows.name}' [${rows.shape}]: expected features as float32 or float64, got ${rows.dtype}${rows.dtype === '<f2' ? ' (float16)' : ''}`,
				"save it with .astype('float32')",
			);
		}
		const found = arrays.map(({ name, dtype, shape }) => `'${name}' ${dtype} [${shape}]`).join(', ');
		throw new UsageError(
			`${file}: expected images [n, height, width, 3], features [n, d], or mu and sigma; got ${found || 'no array'}`,
			'save one of these with numpy.savez',
		);
	} catch (error) {
		close();
		throw error;
	}
}

/**
 * Whether a text names a labelled data set, as `loadDataSet` takes them: `shapes`, or a form before a colon. What
 * exists under the name is a file or folder.
 */
export const isDataSetSource = (source: string): boolean =>
	source === 'shapes' || (/^[a-z][a-z0-9-]+:./u.test(source) && !existsSync(source));

/**
 * Opens one side of a score, whatever it is.
 *
 * @throws UsageError if it does not exist or is none of the known forms
 * @throws EnvironmentError if the temporary folder cannot be written
 */
export async function openSource(source: string, options: OpenSourceOptions): Promise<ScoreSource> {
	if (isDataSetSource(source)) {
		return openDataSetPictures(source, options);
	}
	if (!existsSync(source)) {
		throw new UsageError(`${source}: does not exist`, `give ${forms}`);
	}
	const file = path.resolve(source);
	if (statSync(file).isDirectory()) {
		if (existsSync(path.join(file, fileNames.weights))) {
			const { openRunPictures } = await import('./run-pictures.ts');
			return openRunPictures(file);
		}
		if (existsSync(path.join(file, indexFile)) && listPictures(file).pictures.length === 0) {
			throw new UsageError(
				`${source}: no image in this folder or below, but it looks like a packed set`,
				`give it as packed:${source}`,
			);
		}
		return openPictureFolder(file);
	}
	if (/\.np[yz]$/iu.test(file)) return openArrays(file, options);
	throw new UsageError(`${source}: expected a folder, .npz or .npy, got another file`, `give ${forms}`);
}
