import { createHash } from 'node:crypto';
import { loadDataSet } from '../../data/load.ts';
import type { ImageStack } from '../resize/resize-images.ts';
import type { PictureSource } from './source.ts';

export interface DataSetReading {
	readonly split: 'train' | 'test';
	/** Height and width in pixels. */
	readonly resolution: number;
	/** Takes progress lines for people. */
	readonly report?: (line: string) => void;
}

/**
 * One split of a labelled data set: `shapes`, `cifar10:DIR` or `folder:DIR`, at the resolution that models of it
 * have.
 *
 * @throws UsageError as `loadDataSet`
 */
export async function openDataSetPictures(source: string, reading: DataSetReading): Promise<PictureSource> {
	const { split, resolution, report } = reading;
	const dataSet = await loadDataSet(source, { resolution, report });
	const { count, pixels } = dataSet[split];
	const size = resolution * resolution * 3;
	return {
		kind: 'pictures',
		name: `${source} (${split})`,
		split,
		generatorMode: 'as given',
		seeds: {},
		count,
		close: () => {},
		// As of an array of the same bytes: the same pixels are the same cache entry.
		digest: async () =>
			createHash('sha256')
				.update(JSON.stringify(['array', '|u1', [count, resolution, resolution, 3]]))
				.update(pixels)
				.digest('hex'),
		*stacks({ batchSize }): Generator<ImageStack> {
			for (let from = 0; from < count; from += batchSize) {
				const to = Math.min(from + batchSize, count);
				yield {
					count: to - from,
					height: resolution,
					width: resolution,
					pixels: pixels.subarray(from * size, to * size),
				};
			}
		},
	};
}
