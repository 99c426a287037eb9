import type { DataSet } from '../../../../harness/data/data-set.ts';
import { loadDataSet } from '../../../../harness/data/load.ts';
import { type PretrainingOptions, pretrainingPresets } from '../../../../methods/pretraining/options.ts';

/** A recipe of a second or less: 12 updates of 8 images on a network of 4 to 32 channels. */
export const tinyOptions: PretrainingOptions = {
	...pretrainingPresets.smoke,
	labelFraction: 0.25,
	batchSize: 8,
	unlabelledPerBatch: 5,
	epochs: 1.2,
	widening: 0.25,
	unitsPerStage: [1, 1],
	root: 'small-strided',
};

/** 80 training and 20 held-out pictures of 10 classes, 16×16. */
export function tinyData(): Promise<DataSet> {
	return loadDataSet('shapes', { resolution: 16, trainCount: 80, testCount: 20 });
}
