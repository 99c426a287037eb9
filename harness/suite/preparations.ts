import { canonicalJson } from '../canonical-json.ts';
import { type LabelPreparation, preparationOf } from '../run/prepare-labels.ts';
import type { Cell } from './cells.ts';

/**
 * What networks have to make before the runs of a grid can start, or for its own sake: each kind of labels once, in
 * the order of first need.
 *
 * @param grid.classifiers label fractions whose classifier is a result of its own, see `Suite`
 */
export function labelPreparations(grid: {
	readonly cells: readonly Cell[];
	readonly classifiers: readonly number[];
}): readonly LabelPreparation[] {
	const preparations = new Map<string, LabelPreparation>();
	const add = (preparation: LabelPreparation | null): void => {
		if (preparation) preparations.set(canonicalJson(preparation), preparation);
	};
	for (const { loaded, options, labelFraction, labelList } of grid.cells) {
		add(preparationOf(loaded.method, options, labelFraction, labelList));
	}
	for (const labelFraction of grid.classifiers) add({ kind: 'inferred-labels', labelFraction });
	return [...preparations.values()];
}

/**
 * Names the network that a preparation trains or finds trained: those of one name must not run at the same time, or
 * each would train it. Hard and soft labels of one label fraction share a classifier, all numbers of clusters one
 * network without labels.
 */
export const networkOf = (preparation: LabelPreparation): string =>
	preparation.kind === 'clusters'
		? 'rotations'
		: `classifier ${preparation.labelList ?? preparation.labelFraction}`;
