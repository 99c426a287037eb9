import { readFileSync } from 'node:fs';
import path from 'node:path';
import { digestOf } from '../../canonical-json.ts';
import { UsageError } from '../../errors.ts';
import { createStream } from '../../tensor/random.ts';
import { selectBalanced } from '../balanced-subset.ts';
import type { DataSet } from '../data-set.ts';
import { findRecipe } from '../preparation/recipes.ts';
import type { PackedIndex, ShardRecord } from './format.ts';
import { type PackedImageSplit, packedSplit } from './packed-split.ts';
import { digestOfFile, readIndex } from './read-records.ts';

export interface PackedOptions {
	/** Folder that `pack` made. */
	readonly folder: string;
	/** Width and height in pixels; has to be that of the set. Default that of the set. */
	readonly resolution?: number;
	/** Seed of subsets and of held-out images, in [1, 2^31 - 1]. */
	readonly seed: number;
	/** Training images, a class-balanced random subset; all by default. */
	readonly trainCount?: number;
	/** Held-out images, a class-balanced random subset; all by default. */
	readonly testCount?: number;
	/** Takes progress lines for people. */
	readonly report?: (line: string) => void;
}

/** Part of the training images that stands in for held-out ones, where the source had none. */
const heldOutPart = 0.1;

function openSplit(folder: string, index: PackedIndex, split: 'train' | 'test'): PackedImageSplit {
	const { resolution, splits } = index;
	const { form, count, shards } = splits[split] ?? { form: 'pixels', count: 0, shards: [] };
	const labels = new Int32Array(count);
	const offsets = form === 'bytes' ? new Float64Array(count) : null;
	const lengths = form === 'bytes' ? new Uint32Array(count) : null;
	let image = 0;
	for (const { file, record } of shards) {
		const recordFile = path.join(folder, file.replace(/\.[a-z]+$/u, '.json'));
		let digest: string;
		try {
			digest = digestOfFile(recordFile);
		} catch (error) {
			throw new UsageError(
				`packed: ${recordFile} cannot be read (${(error as NodeJS.ErrnoException).code})`,
				'pack the set again',
				error,
			);
		}
		if (digest !== record) {
			throw new UsageError(
				`packed: ${recordFile} was changed since the set was packed (SHA-256 ${digest}, expected ${record})`,
				'pack the set again',
			);
		}
		// Its digest says that it is as it was written.
		const content = JSON.parse(readFileSync(recordFile, 'utf8')) as ShardRecord;
		let offset = 0;
		for (const [position, label] of content.labels.entries()) {
			labels[image] = label;
			if (offsets && lengths) {
				const length = (content.lengths as readonly number[])[position];
				offsets[image] = offset;
				lengths[image] = length;
				offset += length;
			}
			image += 1;
		}
	}
	const places = {
		folder,
		shards: shards.map(({ file, count: images }) => ({ file, count: images })),
		imageBytes: form === 'pixels' ? resolution * resolution * 3 : null,
		offsets,
		lengths,
	};
	return packedSplit({ form, resolution, recipe: findRecipe(index.recipe), places, chosen: null }, labels);
}

/** Some images of a split, in the given order. */
function choosePacked(split: PackedImageSplit, indices: Uint32Array): PackedImageSplit {
	const { chosen } = split.packed;
	const numbers = chosen ? indices.map(index => chosen[index]) : indices;
	return packedSplit(
		{ ...split.packed, chosen: numbers },
		Int32Array.from(indices, index => split.labels[index]),
	);
}

/**
 * Opens a packed set: labels are read, images stay on disk. A set without held-out images gives a tenth of the
 * training images of each class, at random by the seed.
 *
 * @throws UsageError if the folder is no packed set, was changed, or has another resolution
 */
export function openPacked(options: PackedOptions): DataSet<PackedImageSplit> {
	const { seed, report } = options;
	const folder = path.resolve(options.folder);
	const index = readIndex(folder);
	const { resolution, classNames } = index;
	if (options.resolution !== undefined && options.resolution !== resolution) {
		throw new UsageError(
			`packed: ${folder} has images of ${resolution}×${resolution}, got resolution ${options.resolution}`,
			`use resolution ${resolution}, or pack the source again with \`--resolution ${options.resolution}\``,
		);
	}
	const parts: string[] = [];
	let train = openSplit(folder, index, 'train');
	let test = index.splits.test ? openSplit(folder, index, 'test') : undefined;
	if (!test) {
		const stream = createStream(seed, 'packed-held-out');
		const count = Math.max(classNames.length, Math.round(train.count * heldOutPart));
		const held = selectBalanced(train.labels, classNames.length, count, stream, 'held-out');
		const isHeld = new Set(held);
		const rest = Uint32Array.from({ length: train.count }, (_, image) => image).filter(
			image => !isHeld.has(image),
		);
		parts.push(`${count} training images held out, class-balanced, seed ${seed}`);
		[train, test] = [choosePacked(train, rest), choosePacked(train, held)];
	}
	const choose = (
		name: 'train' | 'test',
		split: PackedImageSplit,
		wanted: number | undefined,
	): PackedImageSplit => {
		if (wanted === undefined || wanted === split.count) {
			parts.push(`${name} all ${split.count}`);
			return split;
		}
		const stream = createStream(seed, 'data-subset', name);
		const indices = selectBalanced(split.labels, classNames.length, wanted, stream, name);
		parts.push(`${name} ${wanted} of ${split.count}, class-balanced, seed ${seed}`);
		return choosePacked(split, indices);
	};
	train = choose('train', train, options.trainCount);
	test = choose('test', test, options.testCount);
	const subset = parts.join('; ');
	report?.(`packed: ${train.count} training and ${test.count} held-out images in ${folder}`);
	return {
		name: `${index.name}-${resolution}`,
		digest: digestOf([index.digest, subset]),
		recipe: `packed as ${index.form} from ${index.source}; ${index.preparation}; decoded by ${index.decoder}; crop seed ${index.seed}; ${resolution}×${resolution}; ${subset}`,
		resolution,
		classNames,
		train,
		test,
	};
}
