import type { Manifest } from '../harness/check/read-manifest.ts';
import type { Grid } from '../harness/run/records.ts';

type GridRun = Grid['runs'][number];

/**
 * The command that makes a cell again. OUT stands for the output folder, DIR for a data folder, FILE for a list of
 * labelled images: places differ from machine to machine. Data, such a list and all options are known once one run of
 * the cell has a manifest; the options that were asked for beside the suite's stand in the grid.
 */
export function commandOfCell({
	suite,
	planned,
	manifest,
}: {
	readonly suite: string;
	/** Runs of the cell, one or more. */
	readonly planned: ReadonlyArray<
		Pick<GridRun, 'method' | 'labelFraction' | 'profile' | 'steps' | 'seed' | 'options'>
	>;
	readonly manifest: Manifest | undefined;
}): string {
	const { method, labelFraction, profile, steps, options: given } = planned[0]!;
	const options = Object.entries(manifest?.identity.options ?? given ?? {});
	const fraction = labelFraction === null ? [] : [`--labels ${labelFraction}`];
	return [
		`fewer-labels run --suite ${suite} --profile ${profile} --steps ${steps}`,
		`--methods ${method}`,
		...(manifest?.identity.labelList ? ['--label-list FILE'] : fraction),
		`--seeds ${planned.map(({ seed }) => seed).join(',')}`,
		...dataOption(manifest?.dataSet.source),
		...options.map(([name, value]) => `--option ${method}.${name}=${value}`),
		'--out OUT',
	].join(' ');
}

/** `cifar10:/some/place` -> `cifar10:DIR`; a bare path -> DIR; `shapes` stays. */
function dataOption(source: string | undefined): string[] {
	if (source === undefined) return [];
	const [kind, place] = source.split(/:(.*)/su);
	if (place !== undefined) return [`--data ${kind}:DIR`];
	return [`--data ${/[\\/.]/u.test(source) ? 'DIR' : source}`];
}
