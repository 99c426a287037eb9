import type { FoundMethod } from './find-methods.ts';
import type { FinishedRun } from './read-grid.ts';
import { isManifest, type Manifest } from './read-manifest.ts';

/** What the records of a grid say of the training images of a data set. */
export interface ClassSizes {
	/** Training images; undefined if no run says it. */
	readonly total: number | undefined;
	/** Images of each class; undefined if no run says it. */
	readonly perClass: readonly number[] | undefined;
}

/**
 * Training images of each data set, by its digest: as a manifest counts them class by class, else as the runs with all
 * labels have it, else as the data set is known to be made. What most runs say counts.
 *
 * @param methods of the runs, in their order
 */
export function readClassSizes(
	finished: readonly FinishedRun[],
	methods: readonly FoundMethod[],
): ReadonlyMap<string, ClassSizes> {
	const said = new Map<string, { counted: Votes; labelled: Votes; totals: Votes; recipe: string }>();
	for (const [index, { manifest, result }] of finished.entries()) {
		if (!isManifest(manifest)) continue;
		const { digest } = result.dataSet;
		const { imagesPerClass, recipe = '' } = manifest.dataSet;
		const known = said.get(digest) ?? { counted: new Map(), labelled: new Map(), totals: new Map(), recipe };
		said.set(digest, known);
		vote(known.counted, imagesPerClass);
		if (result.labelFraction === 1) vote(known.labelled, manifest.labelled?.perClass);
		if (seesAll(manifest, methods[index]!)) vote(known.totals, manifest.imagesUsed);
	}

	return new Map(
		[...said].map(([digest, { counted, labelled, totals, recipe }]) => {
			const total = winner(totals) as number | undefined;
			const perClass = (winner(counted) ?? winner(labelled) ?? byRecipe(recipe, total)) as
				| readonly number[]
				| undefined;
			return [digest, { total: perClass ? sum(perClass) : total, perClass }];
		}),
	);
}

export const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** How many runs say a value, by its JSON: thousands of runs say the same. */
type Votes = Map<string, number>;

function vote(votes: Votes, value: unknown): void {
	if (value === undefined) return;
	const text = JSON.stringify(value);
	votes.set(text, (votes.get(text) ?? 0) + 1);
}

function winner(votes: Votes): unknown {
	const [first] = [...votes].sort(([, one], [, other]) => other - one);
	return first && JSON.parse(first[0]);
}

/** Whether a run uses every training image: all do but those that keep the labelled ones alone. */
function seesAll({ identity: { labelFraction } }: Manifest, found: FoundMethod): boolean {
	return (
		labelFraction === null || labelFraction === 1 || ('method' in found && keepsAll(found.method.labelling))
	);
}

export const keepsAll = (labelling: string): boolean => labelling !== 'true-labels';

/** Data sets with ten equal classes, of whose images a part is chosen from each class in turn. */
function byRecipe(recipe: string, total: number | undefined): readonly number[] | undefined {
	if (total === undefined || !/^(?:shapes: built-in drawings|CIFAR-10 binary)/u.test(recipe))
		return undefined;
	return Array.from({ length: 10 }, (_, label) => Math.ceil((total - label) / 10));
}
