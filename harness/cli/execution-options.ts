import { type Command, Option } from 'commander';
import type { ExecutionOptions } from '../tensor/execution-options.ts';
import { wholeNumber } from './options.ts';

/**
 * Adds the options that say how TensorFlow executes.
 *
 * @param threads whether `--threads` is among them; a command with jobs has one of its own
 */
export function addExecutionOptions(command: Command, { threads }: { readonly threads: boolean }): Command {
	if (threads) {
		command.option(
			'--threads <count>',
			'CPU threads within an operation; sums are rounded differently on another number (default: the cores)',
			wholeNumber(1),
		);
	}
	return command
		.option(
			'--interop-threads <count>',
			`operations that run at the same time (default: ${threads ? 'the cores' : '1'})`,
			wholeNumber(1),
		)
		.option(
			'--xla',
			'let XLA compile clusters of operations; other roundings, slower on a CPU, not measured on a GPU',
		)
		.addOption(
			new Option(
				'--tf32 <state>',
				'whether a GPU multiplies in TF32, with 10 bits of mantissa (default: as TensorFlow has it)',
			).choices(['on', 'off']),
		)
		.option('--deterministic', 'only GPU kernels that repeat their sums in the same order (slower)');
}

/** The same options for the command line of a job; `threads`, which launchers hand out, is not among them. */
export function executionArguments(options: Omit<ExecutionOptions, 'threads'>): string[] {
	const { interopThreads, xla, tf32, deterministic } = options;
	return [
		...(interopThreads === undefined ? [] : ['--interop-threads', String(interopThreads)]),
		...(xla ? ['--xla'] : []),
		...(tf32 === undefined ? [] : ['--tf32', tf32]),
		...(deterministic ? ['--deterministic'] : []),
	];
}
