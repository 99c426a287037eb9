import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import path from 'node:path';
import { readLock } from '../run/lock/lock-file.ts';
import { isRunning } from '../run/lock/process-identity.ts';
import type { Backend, Submission, View } from './backend.ts';
import type { Executor } from './executor.ts';
import { fewerLabels, runJobProgram } from './program.ts';
import { createSupervisor } from './supervise.ts';

export interface LocalOptions {
	/** Output folder: job files and logs go into it. */
	readonly out: string;
	/** Jobs at the same time. */
	readonly concurrency: number;
	/** GPUs by number or UUID, one job each at a time; none (jobs run on cores) if empty. Default none. */
	readonly gpus?: readonly string[];
	/** Threads of each job. Default: its share of the cores. */
	readonly threads?: number;
	/** How often a job that died without a word is tried again. Default 2. */
	readonly retries?: number;
	/** The program that jobs are arguments of. Default `fewer-labels`. */
	readonly program?: readonly string[];
}

/** One job a core, and at least 2 GB of memory for each. */
export function defaultJobs(): number {
	return Math.max(1, Math.min(availableParallelism(), Math.floor(totalmem() / 2 ** 31)));
}

/** Processes of this machine, each in a group of its own: neither Ctrl-C nor the launcher's death reaches them. */
function createLocalBackend(options: LocalOptions): Backend {
	const { concurrency, gpus = [] } = options;
	const slots = gpus.length > 0 ? Math.min(concurrency, gpus.length) : concurrency;
	const cores = availableParallelism();
	// Sums are rounded differently on another number of threads, so that a run's number must not depend on how many
	// runs happen to be left.
	const share = options.threads ?? Math.max(1, Math.floor(cores / slots));
	const children = new Map<string, ChildProcess>();
	let wake = (): void => {};

	/** The process to signal: our child, or the one that has the lock. */
	const processOf = ({ folder, record }: Submission): number | undefined => {
		const child = children.get(record.token);
		if (child && child.exitCode === null && child.signalCode === null) return child.pid;
		const owner = readLock(folder)?.lock?.owner;
		// A number of another machine's process would be somebody else's here.
		return owner && isRunning(owner) === true ? owner.pid : undefined;
	};
	const signalAll = (submissions: readonly Submission[], signal: NodeJS.Signals): void => {
		for (const submission of submissions) {
			const pid = processOf(submission);
			try {
				if (pid) process.kill(pid, signal);
			} catch {
				// It has ended by itself.
			}
		}
	};
	return {
		executor: 'local',
		pollMs: 250,
		settleMs: 300,
		begin(context) {
			wake = context.wake;
		},
		choose(waiting, active) {
			const chosen = [];
			for (const { job, ready } of waiting) {
				if (!ready) continue;
				const busy = [...active.map(submission => submission.job), ...chosen];
				if (busy.length >= slots || busy.some(other => other.alone) || (job.alone && busy.length > 0))
					continue;
				chosen.push(job);
			}
			return chosen;
		},
		place(job, active) {
			const used = new Set(active.map(({ record }) => record.device));
			const device = gpus.find(gpu => !used.has(gpu)) ?? gpus[0] ?? null;
			const threads = job.alone ? (options.threads ?? cores) : share;
			return {
				device,
				environment: {
					// Processes side by side that each use all cores slow each other down.
					TF_NUM_INTRAOP_THREADS: String(threads),
					TF_NUM_INTEROP_THREADS: '1',
					...(device !== null && { CUDA_VISIBLE_DEVICES: device }),
				},
			};
		},
		async submit(submissions) {
			for (const { folder, record } of submissions) {
				mkdirSync(path.dirname(record.log), { recursive: true });
				const log = openSync(record.log, 'a');
				const child = spawn(runJobProgram[0], [...runJobProgram.slice(1), folder], {
					detached: true,
					stdio: ['ignore', log, log],
				});
				closeSync(log);
				child.on('exit', () => wake());
				child.on('error', () => wake());
				children.set(record.token, child);
			}
			return [];
		},
		async look(tokens) {
			return new Map(
				tokens.map((token): [string, View] => {
					const child = children.get(token);
					const runs = child !== undefined && child.exitCode === null && child.signalCode === null;
					const how = child?.signalCode ? `its process was ended by ${child.signalCode}` : '';
					return [token, { state: runs && child.pid ? 'running' : 'ended', reason: how, cause: 'lost' }];
				}),
			);
		},
		async interrupt(submissions) {
			signalAll(submissions, 'SIGINT');
			return true;
		},
		async cancel(submissions) {
			signalAll(submissions, 'SIGINT');
		},
	};
}

/**
 * Runs jobs as processes on this machine, `concurrency` at a time, each with its share of the cores, or with a GPU of
 * its own. They outlive the launcher; the next one takes them over. An abort starts no further job, lets running ones
 * write a checkpoint, and waits for them.
 */
export function createLocalExecutor(options: LocalOptions): Executor {
	const { out, retries, program = fewerLabels } = options;
	return createSupervisor(createLocalBackend(options), { out, retries, program });
}
