import { requireClusters, requireRotatedPart } from '../run/possible-options.ts';
import type { Profile } from '../run/profile.ts';
import type { Cell } from './cells.ts';
import { mostTrainImages } from './plan/data-size.ts';
import { shapeKey } from './plan/step-times.ts';

/** Clusters that the runs of some cells ask for, the largest number; 0 if none does. */
export const mostClusters = (cells: readonly Cell[]): number =>
	Math.max(
		0,
		...cells.map(({ loaded, options }) =>
			loaded.method.labelling === 'clusters' ? Number(options.clusters) : 0,
		),
	);

/**
 * Refuses options that no run of a grid could be trained with, by the methods' own rules, before anything is made for
 * it. The data are not opened: how many images a folder of the user's own has is known only when it is read.
 *
 * @throws UsageError naming the first method and option
 */
export function requirePossibleCells(
	cells: readonly Cell[],
	grid: { readonly profile: Profile; readonly steps: number; readonly data: string | null },
): void {
	const { profile, steps, data } = grid;
	const settings = profile.settings(steps);
	const images = mostTrainImages(data, profile);
	for (const cell of new Map(cells.map(each => [shapeKey(each), each])).values()) {
		const { method } = cell.loaded;
		requireRotatedPart(method, cell.options, settings);
		const clusters = mostClusters([cell]);
		if (clusters > 0 && images < Number.POSITIVE_INFINITY) requireClusters(method.name, clusters, images);
	}
}
