import type { Labelling } from '../../../methods/method.ts';
import type { StoredRun } from '../../samples/stored-run.ts';
import { drawFakeLabels } from '../../train/fake-inputs.ts';
import type { PictureLabels } from './source.ts';

/** Ways to label under which a label of the networks is a class of the data set. */
const classLabels: readonly Labelling[] = [
	'true-labels',
	'labels-or-none',
	'inferred-labels',
	'inferred-soft-labels',
];

/**
 * The classes that a run was asked to draw in a fake set.
 *
 * @param fakeSet number of the set, from 0
 * @returns undefined for a method whose labels are not classes of the data set (clusters, random ones)
 */
export function labelsOfFakes(
	run: Pick<StoredRun, 'method' | 'settings' | 'config' | 'seed' | 'fakeProbabilities'>,
	fakeSet: number,
): PictureLabels | undefined {
	const { method, settings, config, seed, fakeProbabilities } = run;
	if (!classLabels.includes(method.labelling)) return undefined;
	const { fakesPerSet, evaluationBatchSize } = settings;
	const values = new Int32Array(fakesPerSet);
	for (let start = 0; start < fakesPerSet; start += evaluationBatchSize) {
		const count = Math.min(evaluationBatchSize, fakesPerSet - start);
		const name = ['evaluation', fakeSet, start];
		values.set(drawFakeLabels(config.classes, count, seed, name, fakeProbabilities), start);
	}
	return { values, classes: config.classes, names: undefined };
}
