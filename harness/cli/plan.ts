import { type Command, InvalidArgumentError } from 'commander';
import { UsageError } from '../errors.ts';
import type { StatedDevice } from '../suite/plan/step-times.ts';
import { addCollapseOptions, type CollapseOptions } from './collapse-options.ts';
import { positiveNumber, wholeNumber } from './options.ts';
import {
	addGridOptions,
	type GridOptions,
	parseOptionTexts,
	type ResolvedGrid,
	resolveGrid,
} from './run-options.ts';

/** What `plan` is asked beside the grid. */
interface PlanQuestions extends CollapseOptions {
	readonly jobs?: number;
	readonly price?: number;
	readonly gpu?: string;
	readonly flops?: number;
	readonly utilisation?: number;
	readonly probe?: true;
	readonly memory?: true;
	readonly memoryLimit?: number;
}

interface PlanOptions extends GridOptions, PlanQuestions {
	readonly json?: boolean;
}

/** commander parser: a part in (0, 1]. */
function part(text: string): number {
	const value = positiveNumber(text);
	if (value <= 1) return value;
	throw new InvalidArgumentError(`expected a number in (0, 1], got '${text}'.`);
}

const unitBytes: Readonly<Record<string, number>> = {
	...{ MB: 1e6, GB: 1e9, TB: 1e12 },
	...{ MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 },
};

/** commander parser: `80GB`, `24 GiB`. */
function memory(text: string): number {
	const match = /^(?<number>\d+(?:\.\d+)?)\s*(?<unit>[MGT]i?B)$/u.exec(text.trim());
	if (match?.groups) return Number(match.groups.number) * unitBytes[match.groups.unit!]!;
	throw new InvalidArgumentError(`expected a size with its unit, for example 80GB or 24GiB, got '${text}'.`);
}

/** What `run` would do, without doing it. */
export function register(program: Command): void {
	const command = addGridOptions(program.command('plan'))
		.description(
			'every run of a suite with its state and the reason, and what the grid takes: time, cost, disk, memory',
		)
		.option('--out <folder>', 'output folder whose runs count as done (default: runs/SUITE)');
	addCollapseOptions(command)
		.option('--jobs <count>', 'runs at the same time, for the finish time', wholeNumber(1), 1)
		.option('--price <number>', 'price of an hour of one job, in any currency', positiveNumber)
		.option(
			'--probe',
			'train a few steps of each method here where nothing is measured yet; kept in the cache',
		)
		.option(
			'--gpu <name>',
			'compute the time for a GPU of the list, by its public peak: h100, h200, a100, l40s, v100, t4',
		)
		.option(
			'--flops <number>',
			'compute the time for a device with this peak, in operations a second (1e14)',
			positiveNumber,
		)
		.option(
			'--utilisation <part>',
			'part of the peak that training reaches, with --gpu or --flops (default: 0.3)',
			part,
		)
		.option('--memory', 'predict the memory of a training instead')
		.option(
			'--memory-limit <size>',
			'with --memory: the largest micro-batch within this, for example 80GB',
			memory,
		)
		.option('--json', 'print JSON on stdout')
		.addHelpText(
			'after',
			`
Times are labelled: measured (runs in --out), probed (--probe, on this machine), computed (multiply-adds of the
networks over a stated rate). States: done, running, failed, interrupted, lost (its process died), missing, stale
(made by other code, data or options; will be made again). Methods without an --option here have those that the
runs in --out were asked for with; \`run\` has to be given them again.

Examples:
  $ fewer-labels plan --suite proxy --data cifar10:DIR --labels 0.1,1 --probe --jobs 2
  $ fewer-labels plan --suite paper --gpu h100 --utilisation 0.3 --jobs 64 --price 2.5
  $ fewer-labels plan --suite paper --memory --memory-limit 80GB`,
		)
		.action(async (options: PlanOptions) => {
			const [{ readGridFile }, { optionsOfGrid }] = await Promise.all([
				import('../run/grid-file.ts'),
				import('../suite/grid.ts'),
			]);
			const grid = await resolveGrid(options, (out, size) =>
				optionsOfGrid(readGridFile(out)?.runs ?? [], size),
			);
			tellRecordedOptions(grid, parseOptionTexts(options.option ?? []));
			await printPlan(grid, options.json ?? false, options);
		});
}

/** `run` goes by its own command line: who leaves the options out there gets other runs than those planned. */
function tellRecordedOptions({ cells, out }: ResolvedGrid, given: ReadonlyMap<string, unknown>): void {
	const recorded = new Set(
		cells
			.filter(({ loaded }) => !given.has(loaded.method.name))
			.flatMap(({ loaded, givenOptions = {} }) =>
				Object.entries(givenOptions).map(
					([name, value]) => `--option ${loaded.method.name}.${name}=${value}`,
				),
			),
	);
	if (recorded.size === 0) return;
	process.stderr.write(
		`With the options that the runs of ${out} were asked for; \`run\` has to be given them again: ${[...recorded].join(' ')}\n`,
	);
}

async function statedDevice({ gpu, flops, utilisation = 0.3 }: PlanQuestions): Promise<StatedDevice | null> {
	if (gpu !== undefined && flops !== undefined) {
		throw new UsageError('plan: --gpu and --flops both say how fast the device is', 'give one of them');
	}
	if (gpu !== undefined) {
		const { findGpu } = await import('../suite/cost/gpus.ts');
		const { title, peakFlops, precision, source } = findGpu(gpu);
		return { title: `${title} (${precision})`, peakFlops, utilisation, source };
	}
	if (flops === undefined) return null;
	return { title: `a device of ${flops / 1e12} TFLOP/s`, peakFlops: flops, utilisation, source: null };
}

/** Prints the grid: as Markdown tables for people, or as JSON. */
export async function printPlan(
	grid: ResolvedGrid,
	json: boolean,
	questions: PlanQuestions = {},
): Promise<void> {
	if (questions.memory || questions.memoryLimit !== undefined) return printMemory(grid, json, questions);
	const device = await statedDevice(questions);
	const { makePlan } = await import('../suite/plan/make-plan.ts');
	const pricePerHour = questions.price ?? null;
	const plan = await makePlan({
		...grid,
		suite: grid.suite.name,
		jobs: questions.jobs ?? 1,
		pricePerHour,
		device,
		probe: questions.probe ?? false,
		onCollapse: questions.onCollapse,
		evaluateEvery: questions.evaluateEvery,
		report: text => process.stderr.write(`${text}\n`),
	});
	if (json) {
		const { rows, speeds, dataSize, prerequisites, ...rest } = plan;
		const runs = rows.map(({ cell, ...row }) => ({
			method: cell.loaded.method.name,
			labelFraction: cell.labelFraction,
			seed: cell.seed,
			steps: plan.steps,
			...row,
		}));
		const settings = grid.profile.settings(grid.steps);
		const shown = speeds.map(({ method, workOfStep, time }) => ({
			...{ method, flopsOfStep: 2 * workOfStep, secondsOfStep: time?.stepSeconds ?? null },
			...{ source: time?.source ?? null, from: time?.from ?? null },
		}));
		const once = prerequisites.map(({ cells: _, ...each }) => each);
		const whole = {
			...rest,
			dataSize,
			device,
			pricePerHour,
			settings,
			prerequisites: once,
			speeds: shown,
			runs,
		};
		process.stdout.write(`${JSON.stringify(whole, undefined, rows.length > 1000 ? undefined : '\t')}\n`);
		return;
	}
	const { formatPlan, summariseTotals } = await import('../suite/plan/format-plan.ts');
	process.stdout.write(formatPlan(plan));
	if (device?.source)
		process.stderr.write(`Peak of ${device.title}: ${device.peakFlops / 1e12} TFLOP/s, ${device.source}\n`);
	process.stderr.write(`${summariseTotals(plan, pricePerHour, Date.now()).join('\n')}\n`);
}

async function printMemory(grid: ResolvedGrid, json: boolean, { memoryLimit }: PlanQuestions): Promise<void> {
	const { formatMemory, memoryNotes, planMemory } = await import('../suite/plan/memory-plan.ts');
	const limit = memoryLimit ?? null;
	const rows = planMemory(grid, limit);
	if (json) {
		process.stdout.write(
			`${JSON.stringify({ suite: grid.suite.name, profile: grid.profile.name, limit, rows, notes: memoryNotes }, undefined, '\t')}\n`,
		);
		return;
	}
	process.stdout.write(formatMemory(rows, limit));
	process.stderr.write(`${memoryNotes.join('\n')}\n`);
}
