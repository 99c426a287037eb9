import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../errors.ts';
import type { ImageStack } from '../resize/resize-images.ts';
import { decodePicture, decodingReason, type Picture } from './decode-picture.ts';
import type { PictureSource } from './source.ts';

const imageName = /\.(?:jpe?g|png)$/iu;
const fix = 'replace or remove the file';
/** Pixels of one stack: 64 images of 512 × 512. */
const mostPixels = 64 * 512 * 512;

export interface FolderContents {
	/** Image files that are read, by the character codes of their paths. */
	readonly pictures: string[];
	/** Number of other files, by the ending of their names. */
	readonly others: ReadonlyMap<string, number>;
}

/** Files below a folder; hidden ones are left out, links followed. */
export function listPictures(folder: string): FolderContents {
	const pictures: string[] = [];
	const others = new Map<string, number>();
	const walk = (current: string, ancestors: readonly string[]): void => {
		for (const { name } of readdirSync(current, { withFileTypes: true })) {
			if (name.startsWith('.')) continue;
			const file = path.join(current, name);
			const found = statSync(file, { throwIfNoEntry: false });
			if (found?.isDirectory()) {
				const identity = `${found.dev}:${found.ino}`;
				// A link to a folder above would never end.
				if (!ancestors.includes(identity)) walk(file, [...ancestors, identity]);
			} else if (found && imageName.test(name)) pictures.push(file);
			else if (found) {
				const ending = path.extname(name).toLowerCase() || 'without ending';
				others.set(ending, (others.get(ending) ?? 0) + 1);
			}
		}
	};
	const { dev, ino } = statSync(folder);
	walk(folder, [`${dev}:${ino}`]);
	return { pictures: pictures.sort(), others };
}

/** What must be said of files that are not read: other tools may read some of them, and count more images. */
function skippedNotes(folder: string, others: ReadonlyMap<string, number>): string[] {
	if (others.size === 0) return [];
	const total = [...others.values()].reduce((sum, count) => sum + count, 0);
	const kinds = [...others].sort(([, a], [, b]) => b - a).map(([ending, count]) => `${count} ${ending}`);
	const named = [...kinds.slice(0, 5), ...(kinds.length > 5 ? ['others'] : [])].join(', ');
	return [
		`${folder}: ${total === 1 ? '1 file was' : `${total} files were`} skipped (${named}): only .jpg, .jpeg and .png are read`,
	];
}

function readFile(file: string): Buffer {
	try {
		return readFileSync(file);
	} catch (error) {
		throw new UsageError(`${file}: cannot be read (${(error as Error).message})`, fix, error);
	}
}

function decodeFile(file: string, reading: Parameters<typeof decodePicture>[1]): Picture {
	const bytes = readFile(file);
	try {
		return decodePicture(bytes, reading);
	} catch (error) {
		throw new UsageError(`${file}: cannot be read as an image: ${decodingReason(error)}`, fix, error);
	}
}

function stack(pictures: readonly Picture[]): ImageStack {
	const [{ height, width }] = pictures;
	const size = height * width * 3;
	const pixels = new Uint8Array(pictures.length * size);
	for (const [index, picture] of pictures.entries()) pixels.set(picture.pixels, index * size);
	return { count: pictures.length, height, width, pixels };
}

/**
 * All JPEG and PNG images in a folder and its sub-folders, in the order of their paths. Images may have any sizes.
 *
 * @throws UsageError if there is none
 */
export function openPictureFolder(folder: string): PictureSource {
	const { pictures: files, others } = listPictures(folder);
	const notes = skippedNotes(folder, others);
	if (files.length === 0) {
		const [skipped] = notes;
		throw new UsageError(
			skipped === undefined
				? `${folder}: no image in this folder or below`
				: `${folder}: no image in this folder or below; ${skipped.slice(folder.length + 2)}`,
			'give a folder of .jpg, .jpeg or .png files',
		);
	}
	return {
		kind: 'pictures',
		name: folder,
		split: 'as given',
		generatorMode: 'as given',
		seeds: {},
		count: files.length,
		notes,
		close: () => {},
		async digest(onProgress, signal) {
			const hash = createHash('sha256').update('image files\0');
			for (const [index, file] of files.entries()) {
				signal?.throwIfAborted();
				// The hash of each file, not its bytes: where one ends and the next begins must count.
				hash.update(createHash('sha256').update(readFile(file)).digest());
				if (index % 100 === 0) {
					onProgress(index, files.length);
					// Signals are only heard between turns of the event loop.
					await new Promise(resolve => setImmediate(resolve));
				}
			}
			onProgress(files.length, files.length);
			return hash.digest('hex');
		},
		*stacks({ jpegDecoding, batchSize }) {
			let waiting: Picture[] = [];
			for (const file of files) {
				const picture = decodeFile(file, jpegDecoding);
				const [first] = waiting;
				const area = picture.height * picture.width;
				const fits =
					first?.height === picture.height &&
					first.width === picture.width &&
					waiting.length < batchSize &&
					(waiting.length + 1) * area <= mostPixels;
				if (first && !fits) {
					yield stack(waiting);
					waiting = [];
				}
				waiting.push(picture);
			}
			if (waiting.length > 0) yield stack(waiting);
		},
	};
}
