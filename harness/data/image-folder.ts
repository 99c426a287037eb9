import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { EnvironmentError, UsageError } from '../errors.ts';
import { createStream } from '../tensor/random.ts';
import { selectBalanced } from './balanced-subset.ts';
import type { DataSet, MemorySplit } from './data-set.ts';
import { decoding } from './decode-image.ts';
import { decodePicture, decodingProblem, otherDecoding } from './decode-picture.ts';
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

async function decodeFile(
	file: string,
	resolution: number,
): Promise<{ pixels: Uint8Array; bySharp: boolean }> {
	try {
		return await decodePicture(await readFile(file), resolution);
	} catch (error) {
		if (error instanceof EnvironmentError) throw error;
		throw new UsageError(
			`folder: ${file} cannot be read as an image: ${decodingProblem(error)}`,
			'replace or remove the file',
			error,
		);
	}
}

async function decodeSplit(
	name: string,
	{ files, labels }: ListedSplit,
	{ folder, resolution, report }: ImageFolderOptions,
): Promise<{ split: MemorySplit; bySharp: number }> {
	const pixels = allocatePixels(files.length, resolution);
	let bySharp = 0;
	let reportedAt = performance.now();
	for (const [index, file] of files.entries()) {
		const decoded = await decodeFile(file, resolution);
		pixels.set(decoded.pixels, index * resolution * resolution * 3);
		if (decoded.bySharp) bySharp++;
		if (performance.now() - reportedAt > progressEveryMs) {
			reportedAt = performance.now();
			report?.(`folder: ${name}: ${index + 1} of ${files.length} images decoded`);
		}
	}
	report?.(`folder: ${name}: ${files.length} images decoded`);
	const names = files.map(file => path.relative(path.resolve(folder), file));
	return { split: memorySplit(pixels, labels, names), bySharp };
}

/**
 * Reads a folder of JPEG, PNG and WebP images with one sub-folder a class. Only the images of the chosen subset are
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

	const decode = async (name: 'train' | 'test', listed: ListedSplit): Promise<MemorySplit> => {
		const { split, bySharp } = await decodeSplit(name, listed, options);
		if (bySharp > 0) parts.push(`${bySharp} of ${name} ${otherDecoding}`);
		return split;
	};
	const load = (name: 'train' | 'test', wanted: number | undefined): Promise<MemorySplit> => {
		const { files, labels } = listing[name];
		if (wanted === undefined) {
			parts.push(`${name} all ${files.length}`);
			return decode(name, listing[name]);
		}
		const stream = createStream(seed, 'data-subset', name);
		const indices = selectBalanced(labels, listing.classNames.length, wanted, stream, name);
		parts.push(`${name} ${wanted} of ${files.length}, class-balanced, seed ${seed}`);
		return decode(name, {
			files: Array.from(indices, index => files[index]),
			labels: Int32Array.from(indices, index => labels[index]),
		});
	};
	const train = await load('train', options.trainCount);
	const test = await load('test', options.testCount);
	const content = { recipe: parts.join('; '), resolution, classNames: listing.classNames, train, test };
	return { name: `${path.basename(folder)}-${resolution}`, digest: digestDataSet(content), ...content };
}
