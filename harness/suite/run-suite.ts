import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { countOf } from '../count-of.ts';
import { ActionableError, EnvironmentError, exitCodes } from '../errors.ts';
import type { Executor, Job, JobOutcome, LaunchHooks, LaunchSignals } from '../launch/executor.ts';
import { jobFolder, readJobRecord, readJobStatus, readPrintedResult } from '../launch/job-files.ts';
import { readTextIfThere } from '../read-if-there.ts';
import { readGridFile } from '../run/grid-file.ts';
import { acquireRunLock, LockedError, type RunLock } from '../run/lock/run-lock.ts';
import { refuseNewerManifest } from '../run/manifest-file.ts';
import { readRunState } from '../run/run-folder.ts';
import { explainWriteError, writeFileAtomically } from '../write-atomically.ts';
import { describeLeftOut, writeGrid } from './grid.ts';
import {
	identifySuiteRun,
	labelOf,
	type PreparedReply,
	placeRun,
	preparationJobs,
	preparationKey,
	type SuiteJobs,
	type SuiteRun,
	trainingJob,
} from './suite-jobs.ts';

export interface SuiteRequest extends SuiteJobs {
	readonly suite: string;
	readonly executor: Executor;
	/** Whether the executor only writes what it would do; nothing of the grid is recorded then. Default false. */
	readonly dry?: boolean;
	readonly signals: LaunchSignals;
	/** Makes the progress display for a number of jobs. */
	readonly progress: (jobs: number) => LaunchHooks & { close(): void };
	/** Told in words what happens. */
	readonly report: (line: string) => void;
}

/** A run of the grid that has no result, with the reason. */
export interface Hole {
	readonly run: string;
	readonly state: 'failed' | 'interrupted' | 'not started';
	readonly reason: string;
	readonly exitCode: number | null;
}

export interface SuiteOutcome {
	/** Runs of the grid with a result after the launch. */
	readonly done: number;
	readonly holes: readonly Hole[];
	readonly interrupted: boolean;
}

/**
 * Keeps other launchers away: two would submit the same runs twice and disagree about the grid. Within a scheduler's
 * job the one before may not have let go yet.
 *
 * @throws LockedError if another launcher works on the folder
 */
async function lockLauncher(out: string, report: (line: string) => void): Promise<RunLock> {
	const patientUntil = Date.now() + (process.env.SLURM_JOB_ID ? 300_000 : 0);
	for (;;) {
		try {
			return await acquireRunLock(path.join(out, 'jobs'));
		} catch (error) {
			if (!(error instanceof LockedError)) throw error;
			const message = error.message.replace(/^.*another process works on this run/u, '');
			if (Date.now() > patientUntil) {
				throw new LockedError(
					`${out}: another launcher works on this grid${message}`,
					`watch it with \`fewer-labels watch ${out}\`; or end it, then repeat this command: runs go on where they are`,
				);
			}
			report(`waiting for another launcher${message}`);
			await sleep(5000);
		}
	}
}

/** A preparation without which nothing can go on. */
function refuse({ message: text, exitCode }: JobOutcome): never {
	const [message, fix] = text.replace(/^(Unexpected error|Error): /u, '').split('\nFix: ');
	throw new ActionableError(message, { exitCode: exitCode || exitCodes.runsFailed, fix });
}

/** What a preparation replied in an earlier launch. */
function earlierReply(out: string, { id }: Job): PreparedReply | undefined {
	const folder = jobFolder(out, id);
	const record = readJobRecord(folder);
	const done = record && readJobStatus(folder, record.token)?.state === 'done';
	return done ? (readPrintedResult(folder) as PreparedReply | undefined) : undefined;
}

/**
 * What is known for scripts that are only written: replies of an earlier launch, else of scripts that were run by hand.
 * These are kept in a file, since the records of their jobs are about to be written anew.
 */
function knownReplies(out: string, jobs: readonly Job[]): Map<string, PreparedReply> {
	const file = path.join(out, 'dry', 'replies.json');
	const kept = JSON.parse(readTextIfThere(file) ?? '{}') as Record<string, PreparedReply>;
	const replies = new Map<string, PreparedReply>();
	for (const job of jobs) {
		const reply = earlierReply(out, job) ?? earlierReply(path.join(out, 'dry'), job) ?? kept[job.id];
		if (reply) replies.set(job.id, reply);
	}
	if (replies.size > 0) {
		const content = { ...kept, ...Object.fromEntries(replies) };
		writeFileAtomically(file, `${JSON.stringify(content, undefined, '\t')}\n`);
	}
	return replies;
}

/** Runs the preparations; replies by job, and why there is none. */
async function prepare(request: SuiteRequest, jobs: readonly Job[]) {
	const replies = request.dry ? knownReplies(request.out, jobs) : new Map<string, PreparedReply>();
	const progress = request.progress(jobs.length);
	const outcomes = await request.executor(jobs, progress, request.signals);
	progress.close();
	for (const { job, state, result } of outcomes) {
		if (result && state === 'done') replies.set(job.id, result as PreparedReply);
	}
	return { replies, outcomes: new Map(outcomes.map(outcome => [outcome.job.id, outcome])) };
}

/**
 * Makes the grid true: prepares what runs share, then trains and scores every run that has no result yet. The same
 * call again goes on where the last one stopped, and takes over what still runs.
 *
 * @throws ActionableError if the data cannot be prepared; LockedError if another launcher is at it
 */
export async function runSuite(request: SuiteRequest): Promise<SuiteOutcome> {
	try {
		mkdirSync(request.out, { recursive: true });
	} catch (error) {
		const explained = explainWriteError(request.out, error);
		throw new EnvironmentError(explained.message, 'choose another --out folder', error);
	}
	// A list that cannot be gone on with is refused now, not after hours of what the runs share.
	readGridFile(request.out);
	if (request.dry) return launchSuite(request);
	const lock = await lockLauncher(request.out, request.report);
	try {
		// Tells a launcher in Slurm that met its time limit from one that never started.
		const note = { schemaVersion: 1, suite: request.suite, startedAt: Date.now(), pid: process.pid };
		writeFileAtomically(path.join(request.out, 'launch.json'), `${JSON.stringify(note, undefined, '\t')}\n`);
		return await launchSuite(request);
	} finally {
		lock.release();
	}
}

async function launchSuite(request: SuiteRequest): Promise<SuiteOutcome> {
	const { cells, out, dry = false } = request;
	const { data, labels } = preparationJobs(request);
	const { replies, outcomes } = await prepare(request, [data, ...labels.values()]);
	const ofData = outcomes.get(data.id)!;
	if (ofData.state === 'failed') refuse(ofData);
	const prepared = replies.get(data.id);

	const runs: SuiteRun[] = [];
	// A run of the same cell with another seed.
	const identifyOther = new Map<SuiteRun['record'], (seed: number) => SuiteRun>();
	const holes: Hole[] = [];
	for (const cell of cells) {
		const key = preparationKey(cell);
		const job = key === undefined ? undefined : labels.get(key);
		const reply = job && replies.get(job.id);
		if (prepared && (!job || reply)) {
			const identify = (seed: number): SuiteRun =>
				identifySuiteRun(request, { ...cell, seed }, prepared, reply?.labelsDigest ?? null);
			const run = identify(cell.seed);
			runs.push(run);
			identifyOther.set(run.record, identify);
		} else if (dry) {
			// Which folder it will have follows from data and labels.
			runs.push(placeRun(request, cell, 'ID', 'unknown'));
		} else {
			const { job: blocker, message, exitCode } = (job && outcomes.get(job.id)) ?? ofData;
			const why = message.split('\n')[0] || 'interrupted';
			holes.push({
				run: labelOf(cell),
				state: 'not started',
				reason: `needs '${blocker.label}': ${why}`,
				exitCode,
			});
		}
	}
	for (const { job, state, message, exitCode } of outcomes.values()) {
		if (job.id === data.id || state === 'done' || dry) continue;
		holes.push({ run: job.label, state, reason: message, exitCode });
	}
	// Also one that is done: what lies there may mean something else than it seems to.
	for (const run of dry ? [] : runs) refuseNewerManifest(run.folder);
	if (!dry && prepared) {
		const { leftOut } = writeGrid(
			out,
			request.suite,
			runs.map(run => run.record),
			(record, seed) => identifyOther.get(record)!(seed).record.runId,
		);
		for (const line of describeLeftOut(leftOut)) request.report(line);
	}
	const open = dry
		? runs
		: runs.filter(run => {
				const { state, damagedResult } = readRunState(run.folder);
				if (damagedResult !== undefined) {
					request.report(
						`${labelOf(run.cell)}: its result.json is damaged (${damagedResult}); it is made again`,
					);
				}
				return state !== 'done';
			});
	if (prepared)
		request.report(
			`${countOf(runs.length, 'run')}: ${runs.length - open.length} done before, ${open.length} to do`,
		);
	const jobs = open.map(run => {
		const job = trainingJob(request, run);
		if (run.record.runId !== 'ID') return job;
		const preview = `IDs of runs follow from data and labels: they are placeholders until submit-prepare.sh has run and this was written again with the same \`fewer-labels run\``;
		return { ...job, id: path.basename(run.folder), preview };
	});
	const progress = request.progress(jobs.length);
	const ends = await request.executor(jobs, progress, request.signals);
	progress.close();
	for (const { job, state, message, exitCode } of ends) {
		if (state !== 'done') holes.push({ run: job.label, state, reason: message, exitCode });
	}
	return {
		done: runs.filter(run => readRunState(run.folder).state === 'done').length,
		holes,
		interrupted: request.signals.stop.aborted,
	};
}
