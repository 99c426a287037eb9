import type { DataSet, MemorySplit } from '../../../../harness/data/data-set.ts';
import { drawShapes } from '../../../../harness/data/shapes/shapes.ts';
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
export async function tinyData(): Promise<DataSet<MemorySplit>> {
	return drawShapes({ resolution: 16, seed: 1, trainCount: 80, testCount: 20 });
}
