import type { Command } from 'commander';
import { exitCodes, RunFailedError, UsageError } from '../errors.ts';
import { interruptionSignal } from './interruption.ts';
import { wholeNumber } from './options.ts';
import { addGridOptions, type GridOptions, requireData, resolveGrid } from './run-options.ts';

interface RunOptions extends GridOptions {
	readonly launcher: string;
	readonly jobs?: number;
	readonly dryRun?: boolean;
	readonly eager?: boolean;
	readonly json?: boolean;
}

/** The main job: makes a grid true. */
export function register(program: Command): void {
	addGridOptions(program.command('run'))
		.description('train and score every run of a suite; the same command again goes on where it stopped')
		.option('--out <folder>', 'output folder (default: runs/SUITE)')
		.option('--launcher <name>', 'where the runs run: local', 'local')
		.option('--jobs <count>', 'runs at the same time (default: one a core, 2 GB each)', wholeNumber(1))
		.option('--eager', 'train operation by operation instead of compiled (slower; same numbers)')
		.option('--dry-run', 'print the plan and do nothing')
		.option('--json', 'print the outcome as JSON on stdout')
		.addHelpText(
			'after',
			`
Examples:
  $ fewer-labels run --suite smoke --out runs/a
  $ fewer-labels run --suite proxy --data cifar10:DIR --methods big-gan,s3gan --seeds 1,2,3 --steps 300 --out runs/b
  $ fewer-labels run --suite smoke --methods ./my-method/method.ts --out runs/c

Exit code 3 if some runs failed, 130 if interrupted (Ctrl-C once: running runs stop; results stay).`,
		)
		.action(run);
}

async function run(options: RunOptions): Promise<void> {
	if (options.launcher !== 'local') {
		throw new UsageError(`launcher: there is no launcher '${options.launcher}'`, 'launchers: local');
	}
	const grid = await resolveGrid(options);
	if (options.dryRun) {
		const { printPlan } = await import('./plan.ts');
		await printPlan(grid, options.json ?? false);
		return;
	}
	await runGrid(grid, options);
}

/** Runs a resolved grid with progress on standard error; `start` uses it as well. */
export async function runGrid(
	grid: Awaited<ReturnType<typeof resolveGrid>>,
	options: { readonly jobs?: number; readonly eager?: boolean; readonly json?: boolean },
): Promise<void> {
	const { requireRuntime } = await import('../tensor/runtime-location.ts');
	requireRuntime();
	const [{ createLocalExecutor, defaultJobs }, { createLaunchProgress }, { runSuite }] = await Promise.all([
		import('../launch/local.ts'),
		import('../launch/progress.ts'),
		import('../suite/run-suite.ts'),
	]);
	const signal = interruptionSignal(() =>
		process.stderr.write('\nStopping: running runs end at their next step; Ctrl-C again to leave at once.\n'),
	);
	const outcome = await runSuite({
		suite: grid.suite.name,
		profile: grid.profile,
		steps: grid.steps,
		data: requireData(grid),
		cells: grid.cells,
		classifiers: grid.classifiers,
		out: grid.out,
		eager: options.eager ?? false,
		executor: createLocalExecutor(options.jobs ?? defaultJobs()),
		signal,
		progress: jobs => createLaunchProgress(jobs, process.stderr),
		report: line => process.stderr.write(`${line}\n`),
	});
	if (options.json) {
		const failed = outcome.failed.map(({ job, message, exitCode }) => ({
			run: job.label,
			message,
			exitCode,
		}));
		process.stdout.write(
			`${JSON.stringify({ ok: outcome.done === grid.cells.length, out: grid.out, runs: grid.cells.length, done: outcome.done, failed })}\n`,
		);
	}
	if (outcome.interrupted) {
		process.stderr.write('Interrupted. The same command goes on from here.\n');
		process.exitCode = exitCodes.interrupted;
	} else if (outcome.failed.length > 0) {
		const list = outcome.failed.map(({ job, message }) => `  ${job.label}: ${message.split('\n')[0]}`);
		throw new RunFailedError(
			`${outcome.failed.length} of ${grid.cells.length} runs failed:\n${list.join('\n')}`,
			`see events.jsonl in the run folders under ${grid.out}/runs; the same command tries them again`,
		);
	} else {
		process.stderr.write(`${outcome.done} results in ${grid.out}; next: fewer-labels report ${grid.out}\n`);
	}
}
