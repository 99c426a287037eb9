import { closeSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../errors.ts';

/** Where the images of a split lie. Plain data, so that it can be handed to a worker. */
export interface ShardPlaces {
	readonly folder: string;
	readonly shards: ReadonlyArray<{ readonly file: string; readonly count: number }>;
	/** Bytes of each image where all have the same, else null. */
	readonly imageBytes: number | null;
	/** Byte offset of each image in its shard, for files of different lengths, else null. */
	readonly offsets: Float64Array | null;
	/** Bytes of each file, else null. */
	readonly lengths: Uint32Array | null;
}

export interface ShardReader {
	/** Bytes of one image. */
	lengthOf(image: number): number;
	/**
	 * Reads one image by a single positioned read.
	 *
	 * @throws UsageError if the file is missing or too short, naming it and the offset
	 */
	read(image: number, target: Uint8Array, targetOffset: number): void;
	/** `FILE at byte OFFSET`, for messages. */
	placeOf(image: number): string;
	close(): void;
}

/** Files that are kept open at the same time; the system's limit is often 1024 a process. */
const mostOpenFiles = 256;

/** Reads images at random. The page cache of the system keeps what is read often. */
export function openShardReader(places: ShardPlaces): ShardReader {
	const { folder, shards, imageBytes, offsets, lengths } = places;
	const firsts: number[] = [];
	let count = 0;
	for (const shard of shards) {
		firsts.push(count);
		count += shard.count;
	}
	// Least recently opened first.
	const descriptors = new Map<number, number>();

	const shardOf = (image: number): number => {
		if (!Number.isInteger(image) || image < 0 || image >= count) {
			throw new RangeError(`image: expected a number in [0, ${count}), got ${image}`);
		}
		let [low, high] = [0, firsts.length - 1];
		while (low < high) {
			const middle = Math.ceil((low + high) / 2);
			if (firsts[middle] <= image) low = middle;
			else high = middle - 1;
		}
		return low;
	};
	const descriptorOf = (shard: number): number => {
		const known = descriptors.get(shard);
		if (known !== undefined) return known;
		if (descriptors.size >= mostOpenFiles) {
			const [[oldest, descriptor]] = descriptors;
			closeSync(descriptor);
			descriptors.delete(oldest);
		}
		const file = path.join(folder, shards[shard].file);
		try {
			const descriptor = openSync(file, 'r');
			descriptors.set(shard, descriptor);
			return descriptor;
		} catch (error) {
			throw new UsageError(
				`packed: ${file} cannot be opened (${(error as NodeJS.ErrnoException).code})`,
				'pack the set again, or fetch the missing file',
				error,
			);
		}
	};
	const offsetOf = (image: number, shard: number): number =>
		imageBytes === null ? (offsets as Float64Array)[image] : (image - firsts[shard]) * imageBytes;
	const lengthOf = (image: number): number => imageBytes ?? (lengths as Uint32Array)[image];
	const placeOf = (image: number): string => {
		const shard = shardOf(image);
		return `${path.join(folder, shards[shard].file)} at byte ${offsetOf(image, shard)}`;
	};

	return {
		lengthOf,
		placeOf,
		read(image, target, targetOffset) {
			const shard = shardOf(image);
			const length = lengthOf(image);
			const offset = offsetOf(image, shard);
			const descriptor = descriptorOf(shard);
			let got = 0;
			while (got < length) {
				const bytes = readSync(descriptor, target, targetOffset + got, length - got, offset + got);
				if (bytes === 0) {
					throw new UsageError(
						`packed: ${placeOf(image)}: the file ends before the image does`,
						`check the set with \`fewer-labels data check ${folder}\` and pack it again`,
					);
				}
				got += bytes;
			}
		},
		close() {
			for (const descriptor of descriptors.values()) closeSync(descriptor);
			descriptors.clear();
		},
	};
}
