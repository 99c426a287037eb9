import { loadDataSet } from '../../data/load.ts';
import type { PictureSource } from './source.ts';
import { splitPictures } from './split-pictures.ts';

export interface DataSetReading {
	readonly split: 'train' | 'test';
	/** Height and width in pixels. */
	readonly resolution: number;
	/** Takes progress lines for people. */
	readonly report?: (line: string) => void;
}

/**
 * One split of a labelled data set, at the resolution that models of it have.
 *
 * @throws UsageError as `loadDataSet`
 */
export async function openDataSetPictures(source: string, reading: DataSetReading): Promise<PictureSource> {
	const { split, resolution, report } = reading;
	const dataSet = await loadDataSet(source, { resolution, report });
	const { classNames } = dataSet;
	return splitPictures(dataSet[split], {
		name: `${source} (${split})`,
		split,
		resolution: dataSet.resolution,
		classNames,
	});
}
