import { execFile, spawn } from 'node:child_process';
import {
	appendFileSync,
	closeSync,
	existsSync,
	mkdirSync,
	openSync,
	readFileSync,
	rmSync,
	statSync,
} from 'node:fs';
import { constants, hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { exitCodes } from '../errors.ts';
import { identifyThisProcess, isRunning } from '../run/lock/process-identity.ts';
import { acquireRunLock, isLockAlive, LockedError, type RunLock, readLock } from '../run/lock/run-lock.ts';
import { ancestorNamed } from './ancestors.ts';
import {
	type JobRecord,
	type JobStatus,
	jobFile,
	readJobRecord,
	readJobStatus,
	readTail,
	writeJobStatus,
} from './job-files.ts';

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

/** The lines of a job's log that were written for people about its end, without TensorFlow's own. */
function errorMessage(text: string): string {
	const start = text.search(/^(Error|Unexpected error): /mu);
	return (start === -1 ? text.slice(-2000) : text.slice(start)).trim();
}

/** Asks a process to end that is left of an earlier attempt at this very job; others are waited for. */
function stopRemnant(folder: string, ours: readonly string[], asked: Set<number>): void {
	const owner = readLock(folder)?.lock?.owner;
	if (!owner || owner.schedulerJobId === null || !ours.includes(owner.schedulerJobId)) return;
	// Its supervisor (slurmstepd) died: it computes outside of any allocation.
	if (asked.has(owner.pid) || isRunning(owner) !== true) return;
	asked.add(owner.pid);
	process.kill(owner.pid, 'SIGINT');
}

/** Waits until no living process works on the job, and takes it. */
async function takeJob(folder: string, record: JobRecord): Promise<RunLock> {
	const { schedulerJobId } = identifyThisProcess();
	const ours = [...(schedulerJobId === null ? [] : [schedulerJobId]), ...record.replaces];
	const asked = new Set<number>();
	let lock: RunLock | undefined;
	while (!lock) {
		try {
			lock = await acquireRunLock(folder);
		} catch (error) {
			if (!(error instanceof LockedError)) throw error;
			stopRemnant(folder, ours, asked);
			await sleep(500);
		}
	}
	// The command may have outlived the process that started it.
	while (record.lockedFolder !== null && isLockAlive(record.lockedFolder)) {
		stopRemnant(record.lockedFolder, ours, asked);
		await sleep(500);
	}
	return lock;
}

/** Tells how the attempt ended, for the launcher and for people. */
function describeEnd(
	code: number | null,
	signal: NodeJS.Signals | null,
	askedBy: string | null,
	logged: string,
): Pick<JobStatus, 'state' | 'message'> {
	if (code === exitCodes.ok) return { state: 'done', message: '' };
	if (code === exitCodes.interrupted || (askedBy !== null && signal !== null)) {
		return { state: 'interrupted', message: askedBy ? `asked to end by ${askedBy}` : 'interrupted' };
	}
	if (signal) {
		const memory = signal === 'SIGKILL' ? ' (out of memory, perhaps, or by hand)' : '';
		return { state: 'failed', message: `ended by ${signal}${memory}` };
	}
	return { state: 'failed', message: errorMessage(logged) || `exit code ${code}` };
}

/** Notes that the job met its time limit; true if it got further since the last time. */
function gotFurther(folder: string, { checkpoint, token }: JobRecord): boolean {
	const file = path.join(folder, jobFile.timeLimits);
	const state = checkpoint && existsSync(checkpoint) ? readFileSync(checkpoint, 'utf8') : '';
	const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
	const before = lines.map(line => JSON.parse(line) as { token: string; state: string });
	appendFileSync(file, `${JSON.stringify({ time: Date.now(), token, state })}\n`);
	return before.filter(line => line.token === token).at(-1)?.state !== state;
}

/** How often this submission met its time limit. */
function timeLimitsMet(folder: string, token: string): number {
	const file = path.join(folder, jobFile.timeLimits);
	if (!existsSync(file)) return 0;
	return readFileSync(file, 'utf8')
		.split('\n')
		.filter(line => line.includes(`"token":"${token}"`)).length;
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
	const lock = await takeJob(folder, record);
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
		const message = `pre-empted, or its node failed, ${lost} times (--retries ${record.retries})`;
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
	const child = spawn(record.command[0], record.command.slice(1), {
		stdio: ['ignore', output, log],
		env: {
			// A share of the node's cores, unless the launcher says how many.
			...(threads && { TF_NUM_INTRAOP_THREADS: threads, TF_NUM_INTEROP_THREADS: '1' }),
			...process.env,
			...record.environment,
		},
	});
	closeSync(output);
	closeSync(log);

	let askedBy: string | null = null;
	const ask = (by: string, signal: NodeJS.Signals, passOn: boolean): void => {
		const again = askedBy !== null;
		askedBy ??= by;
		// The command ends at once at a second signal, which a scheduler may send without meaning it.
		if (passOn) child.kill(again && !inSlurm ? 'SIGKILL' : signal);
	};
	process.on('SIGTERM', () => ask('SIGTERM', 'SIGTERM', !inSlurm));
	process.on('SIGINT', () => ask('SIGINT', 'SIGINT', true));
	process.on('SIGUSR1', () => askedBy === null && ask('SIGUSR1', 'SIGUSR1', true));
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
		child.on('error', error => resolve({ code: 1, signal: null, failure: error.message }));
		child.on('close', (code, signal) => resolve({ code, signal, failure: '' }));
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
	if (byTimeLimit && end.state === 'interrupted' && scheduler.jobId) {
		// Only this element of its array.
		await run('scontrol', ['requeue', scheduler.jobId]).catch((error: Error) =>
			appendFileSync(record.log, `== not queued again: ${error.message}\n`),
		);
	}
	return code ?? 128 + (signal ? constants.signals[signal] : 0);
}
