import type { Command } from 'commander';
import { Option } from 'commander';
import { UsageError } from '../errors.ts';
import type { Executor } from '../launch/executor.ts';
import { wholeNumber } from './options.ts';

/** Where and how the jobs of a launch run. */
export interface LaunchOptions {
	readonly launcher?: 'local' | 'slurm' | 'dry';
	readonly jobs?: number;
	readonly retries?: number;
	readonly gpus?: string;
	readonly threads?: number;
	readonly gres?: string;
	readonly slurmOptions?: string;
	readonly slurmTemplate?: string;
	readonly slurmControllerOptions?: string;
	readonly slurmPoll?: number;
	readonly detach?: boolean;
}

export function addLaunchOptions(command: Command): Command {
	return command
		.addOption(
			new Option(
				'--launcher <name>',
				'where the runs run; dry writes the scripts for Slurm and submits nothing',
			)
				.choices(['local', 'slurm', 'dry'])
				.default('local'),
		)
		.option(
			'--jobs <count>',
			'runs at the same time (default: one a GPU, or one a core with 2 GB each; on Slurm no limit)',
			wholeNumber(1),
		)
		.option(
			'--retries <count>',
			'how often a run that is pre-empted or loses its node is tried again; one that fails is not',
			wholeNumber(0),
			2,
		)
		.option(
			'--gpus <list>',
			'GPUs of this machine, one run each: 0,1 or none (default: all, if the runtime can use them)',
		)
		.option(
			'--threads <count>',
			'CPU threads of each job; sums are rounded differently on another number (default: local: its share of the cores; Slurm: its cores)',
			wholeNumber(1),
		)
		.option(
			'--gres <resources>',
			'Slurm: what each job asks for, or none (default: gpu:1 if the runtime can use it)',
		)
		.option('--slurm-options <text>', 'Slurm: options of sbatch, as "--partition=gpu --time=8:00:00"')
		.option(
			'--slurm-template <file>',
			'Slurm: a script with {{options}} and {{command}}, for modules and containers',
		)
		.option(
			'--slurm-controller-options <text>',
			'Slurm: options of the launcher’s own job with --detach (default: --slurm-options)',
		)
		.option(
			'--slurm-poll <seconds>',
			'Slurm: longest time between two looks at the queue, when nothing changes in it (default: 30)',
			wholeNumber(1),
		)
		.option('--detach', 'Slurm: go on as a small job of the cluster, and leave');
}

/** Help for people who have a cluster. */
export const slurmHelp = `
Slurm: runs are array jobs that are queued again after pre-emption or a lost node, and before their time limit
write a checkpoint and queue themselves again. OUT must be on a file system that all nodes share. The template:
  #!/bin/bash
  {{options}}
  module load cuda
  exec {{command}}
Keep \`exec\`: signals reach the run through it.`;

async function runtimeUsesGpus(): Promise<boolean> {
	const { requireRuntime } = await import('../tensor/runtime-location.ts');
	return requireRuntime().flavour === 'cuda';
}

async function chooseGpus(given: string | undefined): Promise<readonly string[]> {
	if (given === 'none') return [];
	if (given === undefined) {
		if (!(await runtimeUsesGpus())) return [];
		const { detectGpus } = await import('../launch/gpu-devices.ts');
		return detectGpus();
	}
	const gpus = given.split(',').map(gpu => gpu.trim());
	if (gpus.some(gpu => !/^(?:\d+|(?:GPU|MIG)-[\w/-]+)$/u.test(gpu)) || new Set(gpus).size !== gpus.length) {
		throw new UsageError(
			`--gpus: expected numbers or UUIDs, each once, got '${given}'`,
			'for example --gpus 0,1 or --gpus none; `nvidia-smi -L` lists them',
		);
	}
	return gpus;
}

/** @throws UsageError for options that another launcher would understand */
function refuseStrangers(options: LaunchOptions): void {
	const { launcher = 'local' } = options;
	const strangers: readonly (keyof LaunchOptions)[] =
		launcher === 'local'
			? ['gres', 'slurmOptions', 'slurmTemplate', 'slurmControllerOptions', 'slurmPoll', 'detach']
			: launcher === 'slurm'
				? ['gpus']
				: ['gpus', 'detach', 'slurmControllerOptions', 'slurmPoll'];
	const given = strangers.find(name => options[name] !== undefined);
	if (given === undefined) return;
	const flag = `--${given.replace(/[A-Z]/gu, letter => `-${letter.toLowerCase()}`)}`;
	throw new UsageError(
		`${flag}: it means nothing to the launcher '${launcher}'`,
		launcher === 'local' ? 'add --launcher slurm' : `leave ${flag} out`,
	);
}

/** Options of every Slurm job, from the command line. */
export async function siteOptions(options: LaunchOptions) {
	const { gres = (await runtimeUsesGpus()) ? 'gpu:1' : 'none' } = options;
	return {
		options: options.slurmOptions,
		gres: gres === 'none' ? undefined : gres,
		threads: options.threads,
		template: options.slurmTemplate,
	};
}

/**
 * The executor that the command line asks for.
 *
 * @param out output folder, absolute
 * @throws UsageError naming the first option that does not fit
 */
export async function createExecutor(
	options: LaunchOptions,
	out: string,
	tell: (text: string) => void,
): Promise<Executor> {
	refuseStrangers(options);
	const { launcher = 'local', jobs, retries, threads } = options;
	if (launcher === 'local') {
		const { createLocalExecutor, defaultJobs } = await import('../launch/local.ts');
		const gpus = await chooseGpus(options.gpus);
		const concurrency = jobs ?? (gpus.length > 0 ? gpus.length : defaultJobs());
		return createLocalExecutor({ out, concurrency, gpus, threads, retries });
	}
	const site = await siteOptions(options);
	const { readTemplate } = await import('../launch/slurm/script.ts');
	readTemplate(site.template);
	const common = { out, concurrency: jobs, retries, site };
	if (launcher === 'dry') return (await import('../launch/dry.ts')).createDryExecutor({ ...common, tell });
	const { createSlurmExecutor } = await import('../launch/slurm/executor.ts');
	return createSlurmExecutor({ ...common, slowestQueueMs: options.slurmPoll && options.slurmPoll * 1000 });
}
