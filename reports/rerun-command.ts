import path from 'node:path';
import type { Manifest } from '../harness/check/read-manifest.ts';
import { quoteForShell } from '../harness/quote-for-shell.ts';
import type { Grid } from '../harness/run/records.ts';
import { sharedOptions } from '../harness/run/repeat-command.ts';
import { builtInModule } from './changed-source.ts';

type GridRun = Grid['runs'][number];

/** What stands for the places in the commands of a report, which differ from machine to machine. */
export const placeholders =
	'OUT is the folder that holds `grid.json`, DIR the folder of the data, FILE the list of labelled images, PATH the folder in which the method of your own lies';

/**
 * The command that makes a cell again: the same runs, by their identity, so that it goes on with those that have no
 * result and skips the others. Data, a list of labels, the method's module and all options are known once one run has a
 * manifest; the options that were asked for beside the suite's stand in the grid.
 */
export function commandOfCell({
	suite,
	planned,
	manifest,
	source,
	methodModule,
}: {
	readonly suite: string;
	/** Runs of the cell, one or more. */
	readonly planned: ReadonlyArray<
		Pick<GridRun, 'method' | 'labelFraction' | 'profile' | 'dataSet' | 'steps' | 'seed' | 'options'>
	>;
	readonly manifest: Manifest | undefined;
	/** Source of the cell's data as other runs have it; that of the manifest goes before. */
	readonly source?: string;
	/** The module of the method as other runs have it, likewise; null for methods of this project. */
	readonly methodModule?: string | null;
}): string {
	const { method, labelFraction, profile, dataSet, steps, options: given } = planned[0]!;
	const options = Object.entries(manifest?.identity.options ?? given ?? {});
	const fraction = labelFraction === null ? [] : [`--labels ${labelFraction}`];
	const module = manifest === undefined ? methodModule : manifest.methodModule;
	return [
		`npx fewer-labels run --suite ${quoteForShell(suite)} --profile ${quoteForShell(profile)} --steps ${steps}`,
		`--methods ${quoteForShell(methodArgument(method, module ?? null))}`,
		...(manifest?.identity.labelList ? ['--label-list FILE'] : fraction),
		`--seeds ${planned.map(({ seed }) => seed).join(',')}`,
		`--data ${dataArgument(manifest?.dataSet.source ?? source ?? dataSet)}`,
		...options.map(([name, value]) => `--option ${quoteForShell(`${method}.${name}=${value}`)}`),
		...sharedOptions(manifest?.command ?? []).map(quoteForShell),
		'--out OUT',
	].join(' ');
}

/** Of a grid of classifiers, which has no cells. */
export const commandOfSuite = (suite: string): string =>
	`npx fewer-labels run --suite ${quoteForShell(suite)} --data DIR --out OUT`;

/** The name of a method of this project; of others the module with its folder, as much as is the same everywhere. */
function methodArgument(method: string, module: string | null): string {
	if (module === null) return builtInModule(method) === null ? 'PATH/method.ts' : method;
	const [folder, file] = [path.basename(path.dirname(module)), path.basename(module)];
	return ['PATH', folder, file].filter(part => part !== '').join('/');
}

/** `cifar10:/some/place` -> `cifar10:DIR`; a bare path or an unknown source -> DIR; `shapes`, also as `shapes-32`, stays. */
function dataArgument(source: string): string {
	const [kind, place] = source.split(/:(.*)/su);
	if (place !== undefined) return `${quoteForShell(kind!)}:DIR`;
	return /^shapes(-\d+)?$/u.test(source) ? 'shapes' : 'DIR';
}
