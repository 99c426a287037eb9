import { availableParallelism, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { exitCodes } from '../errors.ts';
import type { Executor, Job, JobMessage, JobOutcome, LaunchHooks } from './executor.ts';

const program = fileURLToPath(new URL('../cli/fewer-labels.js', import.meta.url));

/** One job a core, and at least 2 GB of memory for each. */
export function defaultJobs(): number {
	return Math.max(1, Math.min(availableParallelism(), Math.floor(totalmem() / 2 ** 31)));
}

function parseMessage(line: string): JobMessage | undefined {
	try {
		const message = JSON.parse(line) as JobMessage;
		return message.event === 'progress' || message.event === 'result' ? message : undefined;
	} catch {
		return undefined;
	}
}

/** The lines of a job's standard error that `main` wrote for people, without TensorFlow's own. */
function errorMessage(stderr: string): string {
	const start = stderr.search(/^(Error|Unexpected error): /mu);
	return (start === -1 ? stderr.slice(-2000) : stderr.slice(start)).trim();
}

async function runJob(
	job: Job,
	threads: number,
	hooks: LaunchHooks,
	signal: AbortSignal,
): Promise<JobOutcome> {
	hooks.onStart(job);
	let result: unknown;
	const child = execa(process.execPath, [program, ...job.command], {
		// A group of its own: Ctrl-C in the terminal reaches this process alone, which passes it on once.
		detached: true,
		cleanup: false,
		reject: false,
		stdin: 'ignore',
		buffer: { stdout: false },
		maxBuffer: 1_000_000,
		env: {
			// Processes side by side that each use all cores slow each other down.
			TF_NUM_INTRAOP_THREADS: String(threads),
			TF_NUM_INTEROP_THREADS: '1',
		},
	});
	const interrupt = (): void => {
		child.kill('SIGINT');
	};
	signal.addEventListener('abort', interrupt, { once: true });
	for await (const line of child.iterable({ from: 'stdout' })) {
		const message = parseMessage(String(line));
		if (message?.event === 'progress') hooks.onProgress(job, message.fraction, message.text);
		if (message?.event === 'result') result = message.result;
	}
	const ended = await child;
	signal.removeEventListener('abort', interrupt);
	const exitCode = ended.exitCode ?? null;
	const done = exitCode === exitCodes.ok;
	const interrupted = !done && (signal.aborted || exitCode === exitCodes.interrupted);
	const how = ended.signal ? `ended by ${ended.signal}` : `exit code ${exitCode}`;
	const outcome: JobOutcome = {
		job,
		state: done ? 'done' : interrupted ? 'interrupted' : 'failed',
		message: done ? '' : errorMessage(String(ended.stderr)) || (ended.signal ? how : (ended.message ?? how)),
		exitCode,
		result,
	};
	hooks.onEnd(outcome);
	return outcome;
}

/**
 * Runs jobs as processes on this machine, `concurrency` at a time, each with its share of the cores. An abort
 * starts no further job, interrupts the running ones, and waits for them.
 */
export function createLocalExecutor(concurrency: number): Executor {
	return async (jobs, hooks, signal) => {
		const cores = availableParallelism();
		// Sums are rounded differently on another number of threads, so that a run's number must not depend on how
		// many runs happen to be left.
		const share = Math.max(1, Math.floor(cores / concurrency));
		const outcomes: JobOutcome[] = [];
		const waiting = [...jobs];
		const worker = async (): Promise<void> => {
			for (let job = waiting.shift(); job; job = waiting.shift()) {
				outcomes.push(
					signal.aborted
						? { job, state: 'not started', message: '', exitCode: null, result: undefined }
						: await runJob(job, job.alone ? cores : share, hooks, signal),
				);
			}
		};
		await Promise.all(Array.from({ length: Math.min(concurrency, jobs.length) }, worker));
		return outcomes;
	};
}
