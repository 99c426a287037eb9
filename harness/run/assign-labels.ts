import type { Labelling } from '../../methods/method.ts';
import type { DataSet } from '../data/data-set.ts';
import { describeSubset, type SubsetDescription, selectLabelled } from '../data/label-subset.ts';
import type { TrainingLabels } from '../train/training-labels.ts';

/**
 * Which images have labels is part of the experiment, not of its repetition: the same images for all seeds and
 * methods, so that they compare.
 */
const subsetSeed = 1;

/** What a method may see of the labels. */
export interface AssignedLabels {
	/** Training labels of the data set, −1 for those that are hidden; undefined if all of them are seen. */
	readonly labels: TrainingLabels | undefined;
	/** Training images that may be used; all if undefined. */
	readonly subset: Uint32Array | undefined;
	/** For the manifest: which images have labels. Null if the method reads none. */
	readonly labelled: SubsetDescription | null;
}

/**
 * Chooses the images whose labels a method may see.
 *
 * @param fraction part of the images that have a label, in (0, 1]; null for methods that read none
 * @param listed training images that take the place of a random part of every class, ascending
 */
export function assignLabels(
	dataSet: DataSet,
	labelling: Labelling,
	fraction: number | null,
	listed?: Uint32Array,
): AssignedLabels {
	if (fraction === null) return { labels: undefined, subset: undefined, labelled: null };
	const classes = dataSet.classNames.length;
	const { labels } = dataSet.train;
	const selected = listed ?? selectLabelled({ labels, classes, fraction, seed: subsetSeed });
	const labelled = describeSubset(labels, classes, selected);
	if (fraction === 1) return { labels: undefined, subset: undefined, labelled };
	if (labelling === 'true-labels') return { labels: undefined, subset: selected, labelled };
	const hard = new Int32Array(labels.length).fill(-1);
	for (const index of selected) hard[index] = labels[index];
	return { labels: { classes, hard, soft: null, fakeProbabilities: null }, subset: undefined, labelled };
}
