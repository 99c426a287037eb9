import type { OptionValues } from '../../methods/method.ts';
import { type LoadedMethod, loadMethod, parseMethodOptions } from '../../methods/registry.ts';
import { UsageError } from '../errors.ts';
import type { SuiteRow } from './suites/suite.ts';

/** A list of the images whose labels may be used, once it was read against the data. */
export interface LabelList {
	/** Absolute. */
	readonly file: string;
	/** See `ListedLabels`. */
	readonly digest: string;
}

/** One place in a grid, before data and protocol are known. */
export interface Cell {
	readonly loaded: LoadedMethod;
	/** What the command line called the method: a name, or the path of a module. */
	readonly methodArgument: string;
	/** Null for methods that read no labels. */
	readonly labelFraction: number | null;
	/** The images whose labels may be used; absent if they are a random part of every class. */
	readonly labelList?: LabelList;
	readonly seed: number;
	/** The method's own options, complete. */
	readonly options: OptionValues;
	/** Those of them that were asked for beside the suite's own. Default none. */
	readonly givenOptions?: OptionValues;
}

/**
 * The label fraction as the method sees it: null if it reads no labels.
 *
 * @throws UsageError for a fraction outside (0, 1]
 */
export function fractionFor({ method }: LoadedMethod, fraction: number): number | null {
	if (!(fraction > 0 && fraction <= 1)) {
		throw new UsageError(
			`label fraction: expected a number in (0, 1], got ${fraction}`,
			'give 0.1 or 10% for ten percent of the labels',
		);
	}
	return method.labelling === 'no-labels' || method.labelling === 'clusters' ? null : fraction;
}

/**
 * All cells: rows × their label fractions × seeds; a method that reads no labels has one fraction only.
 *
 * @throws UsageError for an option or a fraction out of range, options of a method that no row has, or two modules
 * under one name
 */
export async function expandCells(grid: {
	readonly rows: readonly SuiteRow[];
	readonly seeds: readonly number[];
	/** Options by name of the method; they go before those of the row. */
	readonly options: ReadonlyMap<string, Record<string, unknown>>;
	/** Options of the runs of a method that `options` says nothing of; one that is not allowed any more is left out. */
	readonly recordedOptions?: (
		method: string,
		labelFraction: number | null,
	) => Record<string, unknown> | undefined;
	/** List whose fraction the rows have; all methods read labels then. Default none. */
	readonly labelList?: LabelList;
}): Promise<Cell[]> {
	const { labelList } = grid;
	const cells: Cell[] = [];
	for (const { method: methodArgument, labelFractions, options: ofRow } of grid.rows) {
		const loaded = await loadMethod(methodArgument);
		const { name } = loaded.method;
		const given = grid.options.get(name);
		const asked = parseMethodOptions(loaded.method, { ...ofRow, ...given });
		const fractions = new Set(labelFractions.map(fraction => fractionFor(loaded, fraction)));
		for (const labelFraction of fractions) {
			const recorded = given ? undefined : grid.recordedOptions?.(name, labelFraction);
			const options = (recorded && parseIfAllowed(loaded, { ...ofRow, ...recorded })) || asked;
			const names = Object.keys(given ?? (options === asked ? {} : recorded!));
			const givenOptions = Object.fromEntries(names.map(option => [option, options[option]!]));
			for (const seed of grid.seeds) {
				const cell = { loaded, methodArgument, labelFraction, seed, options, givenOptions };
				cells.push(labelList ? { ...cell, labelList } : cell);
			}
		}
	}
	for (const name of grid.options.keys()) {
		if (cells.some(({ loaded }) => loaded.method.name === name)) continue;
		throw new UsageError(
			`options: ${name} is not in this grid`,
			`methods of the grid: ${grid.rows.map(({ method }) => method).join(', ')}`,
		);
	}
	requireOneRowEach(cells, grid.rows);
	return cells;
}

/** Undefined for options that an older version of the method had. */
function parseIfAllowed({ method }: LoadedMethod, given: Record<string, unknown>): OptionValues | undefined {
	try {
		return parseMethodOptions(method, given);
	} catch (error) {
		if (error instanceof UsageError) return undefined;
		throw error;
	}
}

/** @throws UsageError for methods to which a list of labelled images says nothing */
export async function requireLabelReaders(methodArguments: readonly string[]): Promise<void> {
	const all = await Promise.all(methodArguments.map(loadMethod));
	const reads = (loaded: LoadedMethod): boolean => fractionFor(loaded, 1) !== null;
	const namesOf = (methods: readonly LoadedMethod[]): string =>
		methods.map(({ method }) => method.name).join(', ');
	const without = all.filter(loaded => !reads(loaded));
	if (without.length === 0) return;
	const others = namesOf(all.filter(reads));
	throw new UsageError(
		`--label-list: no labels are read by ${namesOf(without)}`,
		others ? `choose the others: --methods ${others.replaceAll(' ', '')}` : 'leave --label-list out',
	);
}

/** Runs are told apart by the name of their method, so two rows must not share one. */
function requireOneRowEach(cells: readonly Cell[], rows: readonly SuiteRow[]): void {
	const names = new Map<string, string>();
	for (const { loaded, methodArgument } of cells) {
		const other = names.get(loaded.method.name);
		if (other !== undefined && other !== methodArgument) {
			throw new UsageError(
				`methods: '${other}' and '${methodArgument}' are both named ${loaded.method.name}`,
				'give the method a name of its own',
			);
		}
		names.set(loaded.method.name, methodArgument);
	}
	if (new Set(rows.map(({ method }) => method)).size < rows.length) {
		throw new RangeError('a method has two rows in one grid');
	}
}
