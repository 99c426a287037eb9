import path from 'node:path';
import { type Command, Option } from 'commander';
import { UsageError } from '../errors.ts';
import type { EvaluatorKind } from '../metrics/evaluators/evaluator.ts';
import type { Profile } from '../run/profile.ts';
import { withEvaluator } from '../run/with-evaluator.ts';
import { withMicroBatch } from '../run/with-micro-batch.ts';
import { type Cell, expandCells, type LabelList, requireLabelReaders } from '../suite/cells.ts';
import { requirePossibleCells } from '../suite/possible-cells.ts';
import { findProfile, profileNames } from '../suite/profiles.ts';
import { findSuite, type Suite, suites } from '../suite/suites.ts';
import { evaluatorOption, labelFraction, labelListOption, listOf, wholeNumber } from './options.ts';

/** What `plan` and `run` have in common: which grid. */
export interface GridOptions {
	readonly suite: string;
	readonly out?: string;
	readonly data?: string;
	readonly profile?: string;
	readonly methods?: string[];
	readonly labels?: number[];
	readonly labelList?: string;
	readonly seeds?: number[];
	readonly steps?: number;
	readonly microBatch?: number;
	readonly evaluator?: EvaluatorKind;
	readonly option?: string[];
}

/** Largest seed: TensorFlow's seeds are signed 32-bit integers. */
export const parseSeed = (text: string): number => {
	const seed = wholeNumber(1)(text);
	if (seed > 0x7fff_ffff) throw new UsageError(`seed: expected at most 2147483647, got ${text}`);
	return seed;
};

/** Adds the options that choose a grid. */
export function addGridOptions(command: Command): Command {
	const collect = (value: string, previous: string[] = []): string[] => [...previous, value];
	return command
		.requiredOption('--suite <name>', `grid to run: ${suites.map(({ name }) => name).join(', ')}`)
		.option('--data <source>', 'data source, see `fewer-labels data forms` (default: the suite’s)')
		.option('--profile <name>', `size of each run: ${profileNames} (default: the suite’s)`)
		.option(
			'--methods <list>',
			'names or paths of modules, comma-separated (default: the suite’s)',
			listOf(String),
		)
		.option(
			'--labels <list>',
			'label fractions in (0, 1], comma-separated (default: the suite’s)',
			listOf(labelFraction),
		)
		.addOption(labelListOption())
		.option('--seeds <list>', 'seeds from 1 up, comma-separated (default: the suite’s)', listOf(parseSeed))
		.option('--steps <count>', 'generator steps of each run (default: the profile’s)', wholeNumber(1))
		.option(
			'--micro-batch <images>',
			'images that pass through the networks at once; gradients add up to whole batches (default: the profile’s)',
			wholeNumber(1),
		)
		.addOption(evaluatorOption())
		.addOption(
			new Option(
				'--option <method.name=value>',
				'an option of a method, as listed by `methods`; may be given several times',
			).argParser(collect),
		);
}

/** Numbers and truth values become what they say; everything else stays text. */
function parseValue(text: string): string | number | boolean {
	if (text === 'true' || text === 'false') return text === 'true';
	return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

/**
 * Reads `method.name=value` (or `name=value` if `onlyMethod` is given) into options by method.
 *
 * @throws UsageError if a text has another form
 */
export function parseOptionTexts(
	texts: readonly string[],
	onlyMethod?: string,
): ReadonlyMap<string, Record<string, unknown>> {
	const byMethod = new Map<string, Record<string, unknown>>();
	for (const text of texts) {
		const match = /^(?:(?<method>[a-z0-9-]+)\.)?(?<name>\w+)=(?<value>.*)$/u.exec(text);
		const method = match?.groups?.method ?? onlyMethod;
		if (!match?.groups || method === undefined) {
			const form = onlyMethod ? 'name=value' : 'method.name=value';
			throw new UsageError(`--option: expected ${form}, got '${text}'`, '`fewer-labels methods` lists them');
		}
		byMethod.set(method, { ...byMethod.get(method), [match.groups.name]: parseValue(match.groups.value) });
	}
	return byMethod;
}

/** A grid, resolved: what the suite says with what the command line replaces. */
export interface ResolvedGrid {
	readonly suite: Suite;
	readonly profile: Profile;
	readonly steps: number;
	/** Null if neither the suite nor the command line names any; see `requireData`. */
	readonly data: string | null;
	/** Label fractions whose classifier is a result of its own, see `Suite`. */
	readonly classifiers: readonly number[];
	readonly cells: readonly Cell[];
	readonly out: string;
}

/** The list as the data understand it; the labels of the data are read for that, wherever the runs will be made. */
async function readListOf(file: string, profile: Profile, data: string) {
	const [{ loadProfileData }, { listedLabels }] = await Promise.all([
		import('../run/prepare.ts'),
		import('../data/listed-labels.ts'),
	]);
	return listedLabels(file, await loadProfileData(profile, data));
}

/**
 * @param recordedOptions finds the options that runs of the output folder were given, for methods of which `--option`
 * says nothing; default none
 * @throws UsageError naming the first option that does not fit
 */
export async function resolveGrid(
	options: GridOptions,
	recordedOptions?: (
		out: string,
		size: { readonly profile: string; readonly steps: number },
	) => Parameters<typeof expandCells>[0]['recordedOptions'],
): Promise<ResolvedGrid> {
	const suite = findSuite(options.suite);
	const profile = withEvaluator(
		withMicroBatch(findProfile(options.profile ?? suite.profile), options.microBatch),
		options.evaluator,
	);
	const rowOf = (method: string) => suite.rows.find(row => row.method === method);
	const methods = options.methods ?? suite.rows.map(row => row.method);
	const steps = options.steps ?? profile.defaultSteps;
	const data = options.data ?? suite.data;
	const out = path.resolve(options.out ?? path.join('runs', suite.name));
	let labelList: (LabelList & { readonly fraction: number }) | undefined;
	if (options.labelList !== undefined) {
		await requireLabelReaders(methods);
		const source = requireData({ data, suite, profile, steps });
		labelList = await readListOf(path.resolve(options.labelList), profile, source);
	}
	const labels = labelList ? [labelList.fraction] : options.labels;
	const cells = await expandCells({
		rows: methods.map(method => ({
			...rowOf(method),
			method,
			labelFractions: labels ?? rowOf(method)?.labelFractions ?? [1],
		})),
		labelList: labelList && { file: labelList.file, digest: labelList.digest },
		seeds: options.seeds ?? suite.seeds,
		options: parseOptionTexts(options.option ?? []),
		recordedOptions: recordedOptions?.(out, { profile: profile.name, steps }),
	});
	requirePossibleCells(cells, { profile, steps, data });
	return {
		suite,
		profile,
		steps,
		data,
		// A choice of methods is a choice against the results that belong to none of them.
		classifiers:
			options.methods || labelList || !suite.classifiers
				? []
				: (options.labels ?? suite.classifiers).filter(part => part < 1),
		cells,
		out,
	};
}

/**
 * The data source of a grid that is going to run.
 *
 * @throws UsageError if there is none
 */
export function requireData({
	data,
	suite,
	profile,
	steps,
}: Pick<ResolvedGrid, 'data' | 'suite' | 'profile' | 'steps'>): string {
	if (data !== null) return data;
	const { resolution } = profile.settings(steps);
	throw new UsageError(
		`suite ${suite.name}: it has no data of its own`,
		`give ImageNet (ILSVRC-2012): \`fewer-labels pack imagenet:DIR OUT --resolution ${resolution}\` once, then --data packed:OUT`,
	);
}
