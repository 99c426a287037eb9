import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { EnvironmentError, UsageError } from '../errors.ts';
import { createStream } from '../tensor/random.ts';
import { selectBalanced } from './balanced-subset.ts';
import type { DataSet, MemorySplit } from './data-set.ts';
import { decodeImage, decoding } from './decode-image.ts';
import { digestDataSet } from './digest.ts';
import { type ListedSplit, listImageFolder } from './image-folder-listing.ts';
import { memorySplit } from './memory-split.ts';
import { allocatePixels } from './pixel-memory.ts';

export interface ImageFolderOptions {
	readonly folder: string;
	/** Width and height in pixels. */
	readonly resolution: number;
	/** Seed of the held-out tenth and of the subsets, in [1, 2^31 - 1]. */
	readonly seed: number;
	/** Training images, a class-balanced random subset; all by default. */
	readonly trainCount?: number;
	/** Held-out images, a class-balanced random subset; all by default. */
	readonly testCount?: number;
	/** Takes progress lines for people. */
	readonly report?: (line: string) => void;
}

const progressEveryMs = 5000;

async function decodeFile(file: string, resolution: number): Promise<Uint8Array> {
	try {
		return decodeImage(await readFile(file), resolution);
	} catch (error) {
		if (error instanceof EnvironmentError) throw error;
		// TensorFlow's own messages start with its status code, on a line of its own.
		const reason = (error as Error).message.replace(/^Invalid TF_Status: \d+\s+Message: /u, '');
		throw new UsageError(
			`folder: ${file} cannot be read as an image: ${reason}`,
			'replace or remove the file',
			error,
		);
	}
}

async function decodeSplit(
	name: string,
	{ files, labels }: ListedSplit,
	{ resolution, report }: ImageFolderOptions,
): Promise<MemorySplit> {
	const pixels = allocatePixels(files.length, resolution);
	let reportedAt = performance.now();
	for (const [index, file] of files.entries()) {
		pixels.set(await decodeFile(file, resolution), index * resolution * resolution * 3);
		if (performance.now() - reportedAt > progressEveryMs) {
			reportedAt = performance.now();
			report?.(`folder: ${name}: ${index + 1} of ${files.length} images decoded`);
		}
	}
	report?.(`folder: ${name}: ${files.length} images decoded`);
	return memorySplit(pixels, labels);
}

/**
 * Reads a folder of JPEG and PNG images with one sub-folder a class. Only the images of the chosen subset are
 * decoded. Training images are centre crops too: compare_gan's random crops of the ImageNet training split are
 * not drawn here.
 *
 * @throws UsageError as `listImageFolder`, and for a file that does not decode, naming it
 * @throws EnvironmentError if the pixels do not fit into memory
 */
export async function loadImageFolder(options: ImageFolderOptions): Promise<DataSet<MemorySplit>> {
	const { resolution, seed } = options;
	const folder = path.resolve(options.folder);
	const listing = listImageFolder(folder, seed);
	const parts = [`folder, ${decoding}, ${resolution}×${resolution}`, listing.splitRule];

	const load = (name: 'train' | 'test', wanted: number | undefined): Promise<MemorySplit> => {
		const { files, labels } = listing[name];
		if (wanted === undefined) {
			parts.push(`${name} all ${files.length}`);
			return decodeSplit(name, listing[name], options);
		}
		const stream = createStream(seed, 'data-subset', name);
		const indices = selectBalanced(labels, listing.classNames.length, wanted, stream, name);
		parts.push(`${name} ${wanted} of ${files.length}, class-balanced, seed ${seed}`);
		const subset = {
			files: Array.from(indices, index => files[index]),
			labels: Int32Array.from(indices, index => labels[index]),
		};
		return decodeSplit(name, subset, options);
	};
	const train = await load('train', options.trainCount);
	const test = await load('test', options.testCount);
	const content = { recipe: parts.join('; '), resolution, classNames: listing.classNames, train, test };
	return { name: `${path.basename(folder)}-${resolution}`, digest: digestDataSet(content), ...content };
}
