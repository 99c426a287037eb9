import path from 'node:path';
import { UsageError } from '../../errors.ts';
import type { ImageSplit } from '../data-set.ts';
import { createDecoder, type Decoder } from '../decoding/decoder.ts';
import { sharedDecoderBinding } from '../decoding/decoder-binding.ts';
import type { Recipe } from '../preparation/recipes.ts';
import { chooseWindow } from '../preparation/window.ts';
import type { PackedForm } from './format.ts';
import { readRecord } from './read-records.ts';
import { openShardReader, type ShardPlaces, type ShardReader } from './shard-reader.ts';

/** What is needed to read the images of a packed split, also in another thread. */
export interface PackedImages {
	readonly form: PackedForm;
	/** In pixels. */
	readonly resolution: number;
	readonly recipe: Recipe;
	readonly places: ShardPlaces;
	/** Images of a subset in its order, as numbers of the shards' images; null for all. */
	readonly chosen: Uint32Array | null;
}

/** Images of one split on disk. */
export interface PackedImageSplit extends ImageSplit {
	readonly packed: PackedImages;
}

export const isPacked = (split: ImageSplit): split is PackedImageSplit => 'packed' in split;

/** Pictures of `bytes` shards that are decoded together. */
const decodedTogether = 64;

/**
 * A split whose images stay on disk; nothing is read before `read`. Files of `bytes` shards are then decoded, cut as
 * held-out pictures are (so that an image is always the same); `openFeed` draws fresh crops of them.
 *
 * @param labels one an image
 */
export function packedSplit(packed: PackedImages, labels: Int32Array): PackedImageSplit {
	const { form, resolution, recipe, places, chosen } = packed;
	let reader: ShardReader | undefined;
	let decoder: Decoder | undefined;
	const imageBytes = resolution * resolution * 3;
	const numberOf = (index: number): number => {
		if (!Number.isInteger(index) || index < 0 || index >= labels.length) {
			throw new RangeError(`image: expected a number in [0, ${labels.length}), got ${index}`);
		}
		return chosen ? chosen[index] : index;
	};
	const decode = (indices: ArrayLike<number>, source: ShardReader, read: Uint8Array): void => {
		decoder ??= createDecoder({
			binding: sharedDecoderBinding(),
			...{ resolution, resize: recipe.resize, form: 'bytes' },
		});
		for (let from = 0; from < indices.length; from += decodedTogether) {
			const images = Array.from({ length: Math.min(decodedTogether, indices.length - from) }, (_, position) =>
				numberOf(indices[from + position]),
			);
			const prepared = decoder.prepare(
				images.map(image => ({
					bytes: readFileOf(source, image),
					choose: (height, width) => chooseWindow(steadyCrop(recipe), height, width, noStream),
				})),
			);
			for (const [position, result] of prepared.entries()) {
				if (result instanceof Error) throw undecodable(source.placeOf(images[position]), result);
				read.set(result, (from + position) * imageBytes);
			}
		}
	};
	return {
		count: labels.length,
		labels,
		packed,
		names: () => {
			const names = namesOf(places);
			return chosen ? Array.from(chosen, image => names[image]) : names;
		},
		read(indices) {
			reader ??= openShardReader(places);
			// Not set to zero first, which would take as long as reading.
			const read = new Uint8Array(Buffer.allocUnsafeSlow(indices.length * imageBytes).buffer);
			if (form === 'bytes') {
				decode(indices, reader, read);
				return read;
			}
			for (let position = 0; position < indices.length; position++) {
				reader.read(numberOf(indices[position]), read, position * imageBytes);
			}
			return read;
		},
	};
}

/** The keys of all pictures of the shards: 1.3 million for ImageNet, so they are not kept. */
const namesOf = ({ folder, shards }: ShardPlaces): string[] =>
	shards.flatMap(({ file }) => readRecord(path.join(folder, file.replace(/\.[a-z]+$/u, '.json'))).keys);

/** The file of one picture. */
export function readFileOf(reader: ShardReader, image: number): Uint8Array {
	const bytes = new Uint8Array(reader.lengthOf(image));
	reader.read(image, bytes, 0);
	return bytes;
}

/** The crop of a recipe that draws no random numbers. */
export const steadyCrop = (recipe: Recipe) => (recipe.test === 'whole' ? 'whole' : 'centre');
const noStream = undefined as never;

export const undecodable = (place: string, reason: Error): UsageError =>
	new UsageError(
		`packed: ${place}: ${reason.message}`,
		'check the set with `fewer-labels data check` and pack it again',
	);
