import type { Command } from 'commander';
import { countOf } from '../count-of.ts';
import { ActionableError, exitCodes, RunFailedError } from '../errors.ts';
import type { ExecutionOptions } from '../tensor/execution-options.ts';
import { addCollapseOptions, type CollapseOptions } from './collapse-options.ts';
import { addExecutionOptions, executionArguments } from './execution-options.ts';
import {
	addLaunchOptions,
	createExecutor,
	type LaunchOptions,
	siteOptions,
	slurmHelp,
} from './launch-options.ts';
import { launchSignals } from './launch-signals.ts';
import {
	addGridOptions,
	type GridOptions,
	type ResolvedGrid,
	requireData,
	resolveGrid,
} from './run-options.ts';
import { seconds } from './train.ts';

interface HowOptions extends LaunchOptions, ExecutionOptions, CollapseOptions {
	readonly checkpointEvery?: number;
	readonly eager?: boolean;
	readonly json?: boolean;
}

interface RunOptions extends GridOptions, HowOptions {
	readonly dryRun?: boolean;
}

const say = (line: string): void => {
	process.stderr.write(`${line}\n`);
};

/** The main job: makes a grid true. */
export function register(program: Command): void {
	const command = addGridOptions(program.command('run'))
		.description('train and score every run of a suite; the same command again goes on where it stopped')
		.option('--out <folder>', 'output folder (default: runs/SUITE)');
	addLaunchOptions(command).option(
		'--checkpoint-every <seconds>',
		'time between the checkpoints of a run (default: 600)',
		seconds,
	);
	addCollapseOptions(command).option(
		'--eager',
		'train operation by operation instead of compiled (slower; same numbers)',
	);
	addExecutionOptions(command, { threads: false })
		.option('--dry-run', 'print the plan, or with --launcher slurm write its scripts, and do nothing')
		.option('--json', 'print the outcome as JSON on stdout')
		.addHelpText(
			'after',
			`
Examples:
  $ fewer-labels run --suite smoke --out runs/a
  $ fewer-labels run --suite proxy --data cifar10:DIR --methods big-gan,s3gan --seeds 1,2,3 --steps 300 --out runs/b
  $ fewer-labels run --suite smoke --methods ./my-method/method.ts --out runs/c
  $ fewer-labels run --suite proxy --data cifar10:DIR --out runs/b --gpus 0,1
  $ fewer-labels run --suite proxy --data cifar10:DIR --out runs/b --launcher slurm --jobs 8 \\
      --slurm-options "--partition=gpu --time=8:00:00 --cpus-per-task=4" --detach
${slurmHelp}

Ctrl-C once: nothing more is started, runs on this machine write a checkpoint and end, runs in Slurm go on.
Twice: what still runs or waits is cancelled. The same command goes on from the checkpoints, and takes over runs
that an earlier launcher left behind.
Exit code 3 if some runs failed, 6 if some have no result for another reason, 130 if interrupted.`,
		)
		.action(run);
}

async function run(options: RunOptions): Promise<void> {
	const grid = await resolveGrid(options);
	if (options.dryRun && (options.launcher ?? 'local') === 'local') {
		const { printPlan } = await import('./plan.ts');
		const { onCollapse, evaluateEvery } = options;
		await printPlan(grid, options.json ?? false, { onCollapse, evaluateEvery });
		return;
	}
	if (options.dryRun) {
		const { detach: _, slurmControllerOptions: __, slurmPoll: ___, ...rest } = options;
		await runGrid(grid, { ...rest, launcher: 'dry' });
		return;
	}
	if (options.detach) await detach(grid, options);
	else await runGrid(grid, options);
}

/** Submits this very command, without `--detach`, as a job of the cluster. */
async function detach(grid: ResolvedGrid, options: RunOptions): Promise<void> {
	requireData(grid);
	// Whatever would be refused there is refused here.
	await createExecutor(options, grid.out, say);
	const [{ submitController }, { cancelCommand }] = await Promise.all([
		import('../launch/slurm/controller.ts'),
		import('../launch/slurm/job-name.ts'),
	]);
	const given = process.argv.slice(2).filter(parameter => parameter !== '--detach');
	const { template } = await siteOptions(options);
	const { id, before } = await submitController({
		out: grid.out,
		command: given,
		site: { options: options.slurmControllerOptions ?? options.slurmOptions, threads: 1, template },
	});
	say(
		before
			? `Slurm job ${id} works on ${grid.out} already.`
			: `Slurm job ${id} launches ${countOf(grid.cells.length, 'run')} and goes on without this terminal.`,
	);
	say(
		`See it with: fewer-labels watch ${grid.out}\nEnd all of it, and nothing else, with: ${cancelCommand(grid.out, ['prepare', 'train'])}`,
	);
	if (options.json) process.stdout.write(`${JSON.stringify({ ok: true, out: grid.out, job: id, before })}\n`);
}

function trainOptionsOf({ evaluateEvery, onCollapse }: HowOptions): string[] {
	return [
		...(evaluateEvery === undefined ? [] : ['--evaluate-every', String(evaluateEvery)]),
		...(onCollapse === undefined ? [] : ['--on-collapse', onCollapse]),
	];
}

/** Runs a resolved grid with progress on standard error; `start` uses it as well. */
export async function runGrid(grid: ResolvedGrid, options: HowOptions): Promise<void> {
	const { requireRuntime } = await import('../tensor/runtime-location.ts');
	requireRuntime();
	const data = requireData(grid);
	const executor = await createExecutor(options, grid.out, say);
	const [{ createLaunchProgress }, { runSuite }] = await Promise.all([
		import('../launch/progress.ts'),
		import('../suite/run-suite.ts'),
	]);
	const { launcher = 'local' } = options;
	const dry = launcher === 'dry';
	const signals = launchSignals(stage =>
		say(
			stage === 'cancel'
				? '\nCancelling what still runs; Ctrl-C again to leave at once.'
				: launcher === 'local'
					? '\nStopping: running runs write a checkpoint and end; Ctrl-C again to end them at once.'
					: '\nStopping: nothing more is submitted; Ctrl-C again within 10 s to cancel what is.',
		),
	);
	const outcome = await runSuite({
		suite: grid.suite.name,
		profile: grid.profile,
		steps: grid.steps,
		data,
		cells: grid.cells,
		classifiers: grid.classifiers,
		out: grid.out,
		eager: options.eager ?? false,
		checkpointEverySeconds: options.checkpointEvery,
		trainOptions: trainOptionsOf(options),
		executionOptions: executionArguments(options),
		onCollapse: options.onCollapse,
		evaluateEvery: options.evaluateEvery,
		executor,
		dry,
		signals,
		progress: jobs =>
			dry
				? { onStart() {}, onProgress() {}, onEnd() {}, close() {} }
				: createLaunchProgress(jobs, process.stderr),
		report: say,
	});
	const { done, holes, interrupted } = outcome;
	if (options.json) {
		const failed = holes
			.filter(({ state }) => state === 'failed')
			.map(({ run, reason, exitCode }) => ({ run, message: reason, exitCode }));
		const ok = done === grid.cells.length && holes.length === 0;
		process.stdout.write(
			`${JSON.stringify({ ok, out: grid.out, runs: grid.cells.length, done, failed, holes })}\n`,
		);
	}
	if (dry) return;
	if (holes.length === 0 && !interrupted) {
		say(`${countOf(done, 'result')} in ${grid.out}; next: fewer-labels report ${grid.out}`);
		return;
	}
	const list = holes.map(({ run, state, reason }) => `  ${run}: ${state}: ${reason.split('\n')[0]}`);
	if (interrupted) {
		if (list.length > 0) say(`Without a result:\n${list.join('\n')}`);
		say('Interrupted. The same command goes on from here.');
		process.exitCode = exitCodes.interrupted;
		return;
	}
	const failed = holes.filter(({ state }) => state === 'failed').length;
	if (failed > 0) {
		throw new RunFailedError(
			`${failed} of ${grid.cells.length} runs failed:\n${list.join('\n')}`,
			`see ${grid.out}/logs; the same command tries them again`,
		);
	}
	throw new ActionableError(
		`${holes.length} of ${grid.cells.length} runs have no result:\n${list.join('\n')}`,
		{
			exitCode: exitCodes.incompleteGrid,
			fix: 'the same command goes on with them',
		},
	);
}
