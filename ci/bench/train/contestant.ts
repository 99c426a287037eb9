import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { EnvironmentError, RunFailedError } from '../../../harness/errors.ts';
import type { WorkerCommand, WorkerFailure, WorkerRequests } from './worker-protocol.ts';

/** Names on the command line, in the order of the table. */
export const contestantNames = [
	'eager',
	'compiled',
	'pytorch',
	'pytorch-channels-last',
	'pytorch-textbook',
	'tensorflow',
] as const;
export type ContestantName = (typeof contestantNames)[number];

/** Computes one step in float64, and does not take part: what the float32 steps of all others are held against. */
export const referee = 'pytorch-float64';
export type WorkerName = ContestantName | typeof referee;

export const contestantTitles: Record<WorkerName, string> = {
	eager: 'this project, eager',
	compiled: 'this project, compiled',
	pytorch: 'PyTorch eager',
	'pytorch-channels-last': 'PyTorch eager, channels-last',
	'pytorch-textbook': 'PyTorch eager, channels-last, textbook order',
	tensorflow: 'TensorFlow graph from Python',
	[referee]: 'PyTorch in float64',
};

/** A running worker process. */
export interface Contestant<Name extends WorkerName = WorkerName> {
	readonly name: Name;
	ask<Command extends WorkerCommand>(
		command: Command,
		request: WorkerRequests[Command]['request'],
	): Promise<WorkerRequests[Command]['answer']>;
	/** Ends the process. */
	stop(): Promise<void>;
}

export interface ContestantOptions {
	/** Threads of each contestant. */
	readonly threads: number;
	/** Python interpreter of the peers. */
	readonly python: string;
}

const inThisFolder = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

function commandLine(name: WorkerName, python: string): [program: string, parameters: string[]] {
	if (name === 'eager' || name === 'compiled') {
		const loader = inThisFolder('../../../harness/runtime/register-typescript.js');
		return [process.execPath, ['--import', loader, inThisFolder('our-worker.ts'), name]];
	}
	return [python, [inThisFolder('peers/worker.py'), name]];
}

/** Starts a worker process; it computes on the processor, with the given number of threads. */
export function startContestant<Name extends WorkerName>(
	name: Name,
	{ threads, python }: ContestantOptions,
): Contestant<Name> {
	const [program, parameters] = commandLine(name, python);
	const count = String(threads);
	const child: ChildProcess = spawn(program, parameters, {
		stdio: ['pipe', 'inherit', 'inherit', 'pipe'],
		env: {
			...process.env,
			CUDA_VISIBLE_DEVICES: '-1',
			FEWER_LABELS_FLAVOUR: 'cpu',
			TF_CPP_MIN_LOG_LEVEL: '2',
			TF_NUM_INTRAOP_THREADS: count,
			TF_NUM_INTEROP_THREADS: count,
			OMP_NUM_THREADS: count,
			MKL_NUM_THREADS: count,
		},
	});
	const answers = createInterface({ input: child.stdio[3] as Readable })[Symbol.asyncIterator]();
	const startError = new Promise<never>((_, reject) => {
		child.once('error', error =>
			reject(new EnvironmentError(`${program}: does not start (${error.message})`, installationHint(name))),
		);
	});
	// Reported by whoever asks next.
	startError.catch(() => {});
	const ended = new Promise<void>(resolve => {
		child.once('close', () => resolve());
		child.once('error', () => resolve());
	});

	return {
		name,
		async ask(command, request) {
			child.stdin!.write(`${JSON.stringify({ do: command, ...request })}\n`);
			const line = await Promise.race([answers.next(), startError]);
			if (line.done) {
				throw new RunFailedError(
					`${contestantTitles[name]}: the process ended (${child.exitCode ?? child.signalCode}) during '${command}'`,
					'its last words stand above; with signal SIGKILL, memory ran out: use a smaller --batch or --channels',
				);
			}
			const answer = JSON.parse(line.value) as WorkerRequests[typeof command]['answer'] | WorkerFailure;
			if (!('error' in answer)) return answer;
			if (answer.missing) {
				throw new EnvironmentError(`${contestantTitles[name]}: ${answer.error}`, installationHint(name));
			}
			throw new RunFailedError(`${contestantTitles[name]}: '${command}' failed: ${answer.error}`);
		},
		async stop() {
			child.stdin!.end();
			await ended;
		},
	};
}

function installationHint(name: WorkerName): string {
	return name === 'eager' || name === 'compiled'
		? 'run `npx fewer-labels doctor`'
		: 'make a Python environment as ci/bench/README.md says and name its interpreter with --python, or choose the others with --contestants';
}
