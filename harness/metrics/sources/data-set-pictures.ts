import type { DataSet } from '../../data/data-set.ts';
import { loadDataSet } from '../../data/load.ts';
import { openPacked } from '../../data/packed/open-packed.ts';
import type { PictureSource } from './source.ts';
import { splitPictures } from './split-pictures.ts';

export interface DataSetReading {
	readonly split: 'train' | 'test';
	/** Height and width in pixels, default 32; a packed set has its own, and refuses another. */
	readonly resolution?: number;
	/** Sets that are open already, by their text: two sides of a score may be splits of one set. */
	readonly opened?: Map<string, Promise<DataSet>>;
	/** Takes progress lines for people. */
	readonly report?: (line: string) => void;
}

const packed = /^packed:(?<folder>.+)$/su;
const defaultResolution = 32;

async function open(source: string, { resolution, report }: DataSetReading): Promise<DataSet> {
	const folder = packed.exec(source)?.groups?.folder;
	if (folder !== undefined) return openPacked({ folder, resolution, seed: 1, report });
	return loadDataSet(source, { resolution: resolution ?? defaultResolution, report });
}

/**
 * One split of a labelled data set, at the resolution that models of it have. Images of a packed set stay on disk.
 *
 * @throws UsageError as `loadDataSet`
 */
export async function openDataSetPictures(source: string, reading: DataSetReading): Promise<PictureSource> {
	const { split, opened } = reading;
	const loading = opened?.get(source) ?? open(source, reading);
	opened?.set(source, loading);
	const { classNames, resolution, ...dataSet } = await loading;
	return splitPictures(dataSet[split], { name: `${source} (${split})`, split, resolution, classNames });
}
