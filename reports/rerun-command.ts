import type { Manifest } from '../harness/check/read-manifest.ts';
import type { Grid } from '../harness/run/records.ts';

type GridRun = Grid['runs'][number];

/**
 * The command that makes a cell again. OUT stands for the output folder, DIR for a data folder: places differ from
 * machine to machine. Data and options are known once one run of the cell has a manifest.
 */
export function commandOfCell({
	suite,
	planned,
	manifest,
}: {
	readonly suite: string;
	/** Runs of the cell, one or more. */
	readonly planned: readonly GridRun[];
	readonly manifest: Manifest | undefined;
}): string {
	const { method, labelFraction, profile, steps } = planned[0]!;
	const options = Object.entries(manifest?.identity.options ?? {});
	return [
		`fewer-labels run --suite ${suite} --profile ${profile} --steps ${steps}`,
		`--methods ${method}`,
		...(labelFraction === null ? [] : [`--labels ${labelFraction}`]),
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
