import type { DataSet } from '../../harness/data/data-set.ts';
import { describeSubset, selectLabelled } from '../../harness/data/label-subset.ts';
import { UsageError } from '../../harness/errors.ts';
import type { PretrainingOptions } from './options.ts';

/**
 * The training images whose labels pre-training reads: a random part of every class, or those of the list that the
 * options name by its digest. Null without labels.
 *
 * @param listed images of the list, ascending
 * @throws UsageError if a class has no images, or the list is not the one that the options name
 */
export function labelledImages(
	{ train, classNames }: Pick<DataSet, 'train' | 'classNames'>,
	{ labelFraction, labelList, subsetSeed }: PretrainingOptions,
	listed?: Uint32Array,
): Uint32Array | null {
	if (labelFraction === null) return null;
	const { labels } = train;
	const classes = classNames.length;
	if (labelList === undefined) {
		return selectLabelled({ labels, classes, fraction: labelFraction, seed: subsetSeed });
	}
	if (!listed || describeSubset(labels, classes, listed).digest !== labelList) {
		throw new UsageError(
			`pre-training: expected the list of labelled images ${labelList.slice(0, 12)}…, got ${listed ? 'another one' : 'none'}`,
			'give the list that it was asked for with, unchanged: --label-list FILE',
		);
	}
	return listed;
}
