import type { Labelling } from '../../methods/method.ts';
import type { DataSet } from '../data/data-set.ts';
import { describeSubset, type SubsetDescription, selectLabelled } from '../data/label-subset.ts';

/**
 * Which images have labels is part of the experiment, not of its repetition: the same images for all seeds and
 * methods, so that they compare.
 */
const subsetSeed = 1;

/** The training data as a method sees them. */
export interface AssignedLabels {
	/** The data set with the training labels of the method: −1 for an image without one. */
	readonly dataSet: DataSet;
	/** Training images that may be used; all if undefined. */
	readonly subset: Uint32Array | undefined;
	/** For the manifest: which images have labels. Null if the method reads none. */
	readonly labelled: SubsetDescription | null;
}

/**
 * Gives the training images the labels that a method may see.
 *
 * @param fraction part of the images that have a label, in (0, 1]; null for methods that read none
 */
export function assignLabels(
	dataSet: DataSet,
	labelling: Labelling,
	fraction: number | null,
): AssignedLabels {
	if (fraction === null) return { dataSet, subset: undefined, labelled: null };
	const classes = dataSet.classNames.length;
	const { labels } = dataSet.train;
	const selected = selectLabelled({ labels, classes, fraction, seed: subsetSeed });
	const labelled = describeSubset(labels, classes, selected);
	if (fraction === 1) return { dataSet, subset: undefined, labelled };
	if (labelling === 'true-labels') return { dataSet, subset: selected, labelled };
	const partial = new Int32Array(labels.length).fill(-1);
	for (const index of selected) partial[index] = labels[index];
	return {
		dataSet: { ...dataSet, train: { ...dataSet.train, labels: partial } },
		subset: undefined,
		labelled,
	};
}
