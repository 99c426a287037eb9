import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../errors.ts';
import { createStream } from '../tensor/random.ts';
import { selectBalanced } from './balanced-subset.ts';
import type { DataSet, MemorySplit } from './data-set.ts';
import { digestDataSet } from './digest.ts';
import { memorySplit } from './memory-split.ts';
import { allocatePixels } from './pixel-memory.ts';

export interface Cifar10Options {
	/** Folder of the official binary files, or the folder above it. */
	readonly folder: string;
	/** Seed of the subsets, in [1, 2^31 - 1]. */
	readonly seed: number;
	/** Training images, a class-balanced random subset; all 50,000 by default. */
	readonly trainCount?: number;
	/** Test images, a class-balanced random subset; all 10,000 by default. */
	readonly testCount?: number;
	/** Takes progress lines for people. */
	readonly report?: (line: string) => void;
}

export const cifarResolution = 32;
const planeBytes = cifarResolution * cifarResolution;
const recordBytes = 1 + 3 * planeBytes;
const recordsPerFile = 10_000;
const trainFiles = [1, 2, 3, 4, 5].map(part => `data_batch_${part}.bin`);
const testFiles = ['test_batch.bin'];

// https://www.cs.toronto.edu/~kriz/cifar.html
const classNames = [
	'airplane',
	'automobile',
	'bird',
	'cat',
	'deer',
	'dog',
	'frog',
	'horse',
	'ship',
	'truck',
] as const;

const fix =
	'give the folder of the official "CIFAR-10 binary version" (data_batch_1.bin … data_batch_5.bin, test_batch.bin)';

/** The folder that holds the files: the one given, or `cifar-10-batches-bin` in it; undefined if neither. */
export function findCifar10(folder: string): string | undefined {
	return [folder, path.join(folder, 'cifar-10-batches-bin')].find(candidate =>
		[...trainFiles, ...testFiles].some(file => existsSync(path.join(candidate, file))),
	);
}

/** Checks that a file is there and has its size, without reading it. */
async function checkFile(file: string): Promise<void> {
	const size = await stat(file).then(
		found => found.size,
		() => undefined,
	);
	if (size === undefined) throw new UsageError(`cifar10: ${file} is missing`, fix);
	const expected = recordsPerFile * recordBytes;
	if (size === expected) return;
	throw new UsageError(
		`cifar10: ${file}: expected ${expected} bytes (${recordsPerFile} images of ${recordBytes}), got ${size}` +
			(size < expected ? '; the file is truncated' : ''),
		`fetch the file again; ${fix}`,
	);
}

async function readSplit(files: readonly string[]): Promise<MemorySplit> {
	const count = files.length * recordsPerFile;
	const pixels = allocatePixels(count, cifarResolution);
	const labels = new Int32Array(count);
	for (const [part, file] of files.entries()) {
		const bytes = await readFile(file);
		for (let record = 0; record < recordsPerFile; record++) {
			const label = bytes[record * recordBytes];
			if (label > 9) {
				throw new UsageError(
					`cifar10: ${file}: image ${record}: expected a label from 0 to 9, got ${label}`,
					fix,
				);
			}
			const image = part * recordsPerFile + record;
			labels[image] = label;
			let target = image * 3 * planeBytes;
			// The file has three planes (CHW); ours is [32, 32, 3].
			const red = record * recordBytes + 1;
			for (let source = red; source < red + planeBytes; source++) {
				pixels[target++] = bytes[source];
				pixels[target++] = bytes[source + planeBytes];
				pixels[target++] = bytes[source + 2 * planeBytes];
			}
		}
	}
	return memorySplit(pixels, labels);
}

function takeImages(split: MemorySplit, indices: Uint32Array): MemorySplit {
	return memorySplit(
		split.read(indices),
		Int32Array.from(indices, index => split.labels[index]),
	);
}

/**
 * Reads CIFAR-10 from its official binary files: 10,000 records a file, one label byte and 32 × 32 red, green and
 * blue planes.
 *
 * @throws UsageError if a file is missing, has another size, or holds a label above 9
 */
export async function loadCifar10(options: Cifar10Options): Promise<DataSet<MemorySplit>> {
	const { seed, report } = options;
	const folder = findCifar10(options.folder);
	if (!folder) throw new UsageError(`cifar10: ${options.folder} has no CIFAR-10 binary file`, fix);
	const parts = ['CIFAR-10 binary version, 32×32, no resize'];
	const pathsOf = (files: readonly string[]): string[] => files.map(file => path.join(folder, file));
	for (const file of pathsOf([...trainFiles, ...testFiles])) await checkFile(file);

	const load = async (
		name: 'train' | 'test',
		files: readonly string[],
		wanted: number | undefined,
	): Promise<MemorySplit> => {
		const split = await readSplit(pathsOf(files));
		if (wanted === undefined) {
			parts.push(`${name} all ${split.count}`);
			return split;
		}
		const stream = createStream(seed, 'data-subset', name);
		const indices = selectBalanced(split.labels, classNames.length, wanted, stream, name);
		parts.push(`${name} ${wanted} of ${split.count}, class-balanced, seed ${seed}`);
		return takeImages(split, indices);
	};
	const train = await load('train', trainFiles, options.trainCount);
	const test = await load('test', testFiles, options.testCount);
	report?.(`cifar10: ${train.count} training and ${test.count} test images from ${folder}`);
	const content = { recipe: parts.join('; '), resolution: cifarResolution, classNames, train, test };
	return { name: 'cifar10', digest: digestDataSet(content), ...content };
}
