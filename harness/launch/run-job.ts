import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { constants, hostname } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { countOf } from '../count-of.ts';
import { exitCodes } from '../errors.ts';
import { ancestorNamed } from './ancestors.ts';
import { describeEnd } from './describe-end.ts';
import {
	type JobStatus,
	jobFile,
	readJobRecord,
	readJobStatus,
	readTail,
	writeJobStatus,
} from './job-files.ts';
import { takeJob } from './take-job.ts';
import { gotFurther, timeLimitsMet } from './time-limits.ts';

const run = promisify(execFile);

/** Ids that Slurm gives a job, from its environment; nulls outside of one. */
function schedulerOf(environment: NodeJS.ProcessEnv): JobStatus['scheduler'] {
	return {
		jobId: environment.SLURM_JOB_ID ?? null,
		arrayJobId: environment.SLURM_ARRAY_JOB_ID ?? null,
		arrayTaskId: environment.SLURM_ARRAY_TASK_ID ?? null,
		restartCount: Number(environment.SLURM_RESTART_COUNT ?? 0),
	};
}

/** The folder of the job: given itself, or the list of an array with this task's number in the environment. */
function locateJob(given: string): string {
	if (!given.endsWith('.json')) return given;
	const { folders } = JSON.parse(readFileSync(given, 'utf8')) as { folders: string[] };
	const task = Number(process.env.SLURM_ARRAY_TASK_ID);
	if (!folders[task]) throw new Error(`${given}: there is no task ${process.env.SLURM_ARRAY_TASK_ID}`);
	return folders[task];
}

/**
 * Runs one job and writes how it ended to its `status.json`, so that launcher and job need not live at the same time.
 * Passes signals on: under Slurm SIGUSR1 (the time limit comes near) to the command, which writes a checkpoint; the
 * job is then queued again. SIGTERM reaches every process of a Slurm job without help.
 *
 * @param parameters the job's folder, or the list of an array
 * @returns exit code for the process: that of the command
 */
export async function runJob([given]: readonly string[]): Promise<number> {
	const folder = locateJob(given);
	const record = readJobRecord(folder);
	if (!record) throw new Error(`${folder}: there is no job of this version`);
	const inSlurm = record.executor === 'slurm';
	// A local launch inside an allocation is none of that job's business.
	const scheduler = schedulerOf(inSlurm ? process.env : {});
	const startedAt = Date.now();

	let askedBy: string | null = null;
	let child: ChildProcess | undefined;
	const ask = (by: string, signal: NodeJS.Signals, passOn: boolean): void => {
		const again = askedBy !== null;
		askedBy ??= by;
		// The command ends at once at a second signal, which a scheduler may send without meaning it.
		if (passOn) child?.kill(again && !inSlurm ? 'SIGKILL' : signal);
	};
	process.on('SIGTERM', () => ask('SIGTERM', 'SIGTERM', !inSlurm));
	process.on('SIGINT', () => ask('SIGINT', 'SIGINT', true));
	process.on('SIGUSR1', () => askedBy === null && ask('SIGUSR1', 'SIGUSR1', true));
	const queueAgain = async (): Promise<void> => {
		// Only this element of its array.
		await run('scontrol', ['requeue', scheduler.jobId ?? '']).catch((error: Error) =>
			appendFileSync(record.log, `== not queued again: ${error.message}\n`),
		);
	};

	const lock = await takeJob(folder, record, () => askedBy !== null);
	if (!lock) {
		if (inSlurm && askedBy === 'SIGUSR1') await queueAgain();
		return exitCodes.interrupted;
	}
	if (readJobStatus(folder, record.token)?.state === 'done') {
		lock.release();
		return exitCodes.ok;
	}
	const finish = (end: Pick<JobStatus, 'state' | 'exitCode' | 'signal' | 'message' | 'askedBy'>): void => {
		const { token } = record;
		const place = { host: hostname(), scheduler, startedAt, endedAt: Date.now() };
		writeJobStatus(folder, { schemaVersion: 1, token, ...end, ...place });
		lock.release();
	};
	const lost = scheduler.restartCount - timeLimitsMet(folder, record.token);
	if (lost > record.retries) {
		const message = `pre-empted, or its node failed, ${countOf(lost, 'time')} (--retries ${record.retries})`;
		finish({ state: 'failed', exitCode: null, signal: null, message, askedBy: null });
		return exitCodes.runsFailed;
	}
	rmSync(path.join(folder, jobFile.status), { force: true });

	mkdirSync(path.dirname(record.log), { recursive: true });
	const log = openSync(record.log, 'a');
	const place = scheduler.jobId ? `, Slurm job ${scheduler.jobId}, restart ${scheduler.restartCount}` : '';
	appendFileSync(log, `== ${new Date().toISOString()} ${record.label} on ${hostname()}${place}\n`);
	const logStart = statSync(record.log).size;
	// Files, not pipes: the command can go on without this process.
	const output = openSync(path.join(folder, jobFile.output), 'w');
	const threads = inSlurm ? process.env.SLURM_CPUS_PER_TASK : undefined;
	const started = spawn(record.command[0], record.command.slice(1), {
		stdio: ['ignore', output, log],
		env: {
			// A share of the node's cores, unless the launcher says how many.
			...(threads && { TF_NUM_INTRAOP_THREADS: threads, TF_NUM_INTEROP_THREADS: '1' }),
			...process.env,
			...record.environment,
		},
	});
	child = started;
	closeSync(output);
	closeSync(log);

	const supervisor = inSlurm ? ancestorNamed('slurmstepd') : undefined;
	const watch = setInterval(() => {
		if (!supervisor || askedBy !== null || ancestorNamed('slurmstepd') === supervisor) return;
		// Slurm takes the node's part in this job for failed: what goes on here competes with what it starts next.
		ask('lost scheduler', 'SIGTERM', true);
	}, 2000);

	const { code, signal, failure } = await new Promise<{
		code: number | null;
		signal: NodeJS.Signals | null;
		failure: string;
	}>(resolve => {
		started.on('error', error => resolve({ code: 1, signal: null, failure: error.message }));
		started.on('close', (code, signal) => resolve({ code, signal, failure: '' }));
	});
	clearInterval(watch);
	const logged = failure || readTail(record.log, Math.min(65_536, statSync(record.log).size - logStart));
	let end = describeEnd(code, signal, askedBy, logged);
	const byTimeLimit = inSlurm && askedBy === 'SIGUSR1' && end.state === 'interrupted';
	if (byTimeLimit && !gotFurther(folder, record)) {
		end = {
			state: 'failed',
			message:
				'met its time limit twice without a new checkpoint: give the job more time (--time), or more checkpoints',
		};
	}
	finish({ ...end, exitCode: code, signal, askedBy });
	if (byTimeLimit && end.state === 'interrupted') await queueAgain();
	return code ?? 128 + (signal ? constants.signals[signal] : 0);
}
