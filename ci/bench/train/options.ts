import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { type ContestantName, contestantNames } from './contestant.ts';

export interface BenchmarkOptions {
	/** Width `ch` of the networks, a multiple of 8. Default 16. */
	readonly channels: number;
	/** Images of one update. Default 64. */
	readonly batch: number;
	/** Rounds; each contestant gets one turn a round. Default 5. */
	readonly repetitions: number;
	/** Generator steps of one turn; undefined: as many as take the slowest contestant 3 seconds. */
	readonly steps: number | undefined;
	/** Threads of each contestant. Default: all cores that this process may use. */
	readonly threads: number;
	/** Python interpreter with PyTorch and TensorFlow. Default `python3`. */
	readonly python: string;
	/** Default: all but the textbook form of PyTorch, which is slower than the others. */
	readonly contestants: readonly ContestantName[];
	/** File for the results as JSON. */
	readonly out: string | undefined;
	/** Largest time of the compiled step, as a multiple of PyTorch's with channels-last, that passes. Needs both. */
	readonly atMost: number | undefined;
}

/** commander parser: a whole number of at least 1. */
export const atLeastOne = (text: string): number => {
	const value = Number(text);
	if (/^\d+$/u.test(text) && value >= 1 && Number.isSafeInteger(value)) return value;
	throw new InvalidArgumentError(`expected a whole number of at least 1, got '${text}'.`);
};

const positive = (text: string): number => {
	const value = Number(text);
	if (value > 0 && Number.isFinite(value)) return value;
	throw new InvalidArgumentError(`expected a number above 0, got '${text}'.`);
};

/** commander parser: the width `ch` of the networks. */
export const channelUnit = (text: string): number => {
	const value = atLeastOne(text);
	// The non-local block's keys have an eighth of 2·ch channels.
	if (value % 4 === 0) return value;
	throw new InvalidArgumentError(`expected a multiple of 4, got '${text}'.`);
};

const defaultContestants = contestantNames.filter(name => name !== 'pytorch-textbook');

function contestantList(text: string): ContestantName[] {
	const names = text.split(',').map(name => name.trim());
	const unknown = names.find(name => !contestantNames.some(known => known === name));
	if (unknown !== undefined) {
		throw new InvalidArgumentError(`there is no '${unknown}'; choose from ${contestantNames.join(', ')}.`);
	}
	return contestantNames.filter(name => names.includes(name));
}

/**
 * Reads the command line; wrong input ends the process with exit code 2 and a message, as everywhere here.
 *
 * @param parameters without program and script
 */
export function readOptions(parameters: readonly string[]): BenchmarkOptions {
	const command = new Command('ci/bench/train/main.ts')
		.description(
			'Time of a training step: this project, PyTorch and TensorFlow from Python, on the same work.',
		)
		.option('--channels <ch>', 'width of the networks, a multiple of 4', channelUnit, 16)
		.option('--batch <n>', 'images of one update', atLeastOne, 64)
		.option('--repetitions <n>', 'rounds; each contestant gets one turn a round', atLeastOne, 5)
		.option('--steps <n>', 'generator steps of one turn (default: 3 seconds of the slowest)', atLeastOne)
		.option('--threads <n>', 'threads of each contestant', atLeastOne, availableParallelism())
		.option('--python <path>', 'interpreter with PyTorch and TensorFlow', 'python3')
		.option('--contestants <list>', 'some of them, comma-separated', contestantList, [...defaultContestants])
		.option('--out <file>', 'write the results as JSON')
		.option('--at-most <ratio>', 'exit with 5 if the compiled step takes more, in PyTorch times', positive)
		.allowExcessArguments(false)
		.exitOverride(error => {
			process.exit(error.exitCode === 0 ? 0 : 2);
		});
	command.parse([...parameters], { from: 'user' });
	const { out, steps, atMost, ...rest } = command.opts();
	const compared = ['compiled', 'pytorch-channels-last'] as const;
	const missing = compared.filter(name => !rest.contestants.includes(name));
	if (atMost !== undefined && missing.length > 0) {
		command.error(
			`error: --at-most compares ${compared.join(' with ')}: --contestants leaves out ${missing.join(' and ')}`,
		);
	}
	return { ...rest, out, steps, atMost } as BenchmarkOptions;
}

/** What the profile needs. */
export type SizeOptions = Pick<BenchmarkOptions, 'channels' | 'batch' | 'repetitions'>;

/** Reads the command line of a program that only has a size. */
export function readSizeOptions(program: string, parameters: readonly string[]): SizeOptions {
	const command = new Command(program)
		.option('--channels <ch>', 'width of the networks, a multiple of 4', channelUnit, 16)
		.option('--batch <n>', 'images of one update', atLeastOne, 64)
		.option('--repetitions <n>', 'how often each part is timed', atLeastOne, 5)
		.allowExcessArguments(false)
		.exitOverride(error => {
			process.exit(error.exitCode === 0 ? 0 : 2);
		});
	return command.parse([...parameters], { from: 'user' }).opts();
}
