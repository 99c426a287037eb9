import { createHash } from 'node:crypto';
import type { ImageSplit } from '../../data/data-set.ts';
import type { ImageStack } from '../resize/resize-images.ts';
import type { PictureSource } from './source.ts';

export interface SplitPicturesOptions {
	/** For messages and results. */
	readonly name: string;
	readonly split: 'train' | 'test';
	/** Height and width in pixels. */
	readonly resolution: number;
	/** Names of the classes; without, the source has no labels. */
	readonly classNames?: readonly string[];
}

// Images that are read for the digest at a time.
const digestImages = 1024;

/** One split of a data set as a source of pictures; batches are read when they are asked for. */
export function splitPictures(images: ImageSplit, options: SplitPicturesOptions): PictureSource {
	const { name, split, resolution, classNames } = options;
	const { count } = images;
	const read = (from: number, to: number): Uint8Array =>
		images.read(Uint32Array.from({ length: to - from }, (_, position) => from + position));
	return {
		kind: 'pictures',
		name,
		split,
		generatorMode: 'as given',
		seeds: {},
		count,
		...(classNames && { labels: { values: images.labels, classes: classNames.length, names: classNames } }),
		close: () => {},
		async digest(onProgress, signal) {
			// As of an array of the same bytes: the same pixels are the same cache entry.
			const hash = createHash('sha256').update(
				JSON.stringify(['array', '|u1', [count, resolution, resolution, 3]]),
			);
			for (let from = 0; from < count; from += digestImages) {
				signal?.throwIfAborted();
				const to = Math.min(from + digestImages, count);
				hash.update(read(from, to));
				onProgress(to, count);
				// Signals are only heard between turns of the event loop.
				await new Promise(resolve => setImmediate(resolve));
			}
			return hash.digest('hex');
		},
		*stacks({ batchSize }): Generator<ImageStack> {
			for (let from = 0; from < count; from += batchSize) {
				const to = Math.min(from + batchSize, count);
				yield { count: to - from, height: resolution, width: resolution, pixels: read(from, to) };
			}
		},
	};
}
