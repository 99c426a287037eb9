import type { Labelling } from '../../../methods/method.ts';
import { fakeSetLabels } from '../../samples/fake-set-labels.ts';
import type { StoredRun } from '../../samples/stored-run.ts';
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
	if (!classLabels.includes(run.method.labelling)) return undefined;
	return { values: fakeSetLabels(run, fakeSet), classes: run.config.classes, names: undefined };
}
