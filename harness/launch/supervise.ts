import { randomUUID } from 'node:crypto';
import { countOf } from '../count-of.ts';
import { isLockAlive } from '../run/lock/run-lock.ts';
import type { Backend, Submission, View } from './backend.ts';
import { describeJob } from './describe-job.ts';
import type { Executor, Job, JobObservation, JobOutcome } from './executor.ts';
import {
	hasBegun,
	jobFolder,
	readJobRecord,
	readJobStatus,
	readLastProgress,
	readPrintedResult,
	writeJobRecord,
} from './job-files.ts';
import { judge } from './judge.ts';

export interface SuperviseOptions {
	/** Output folder: job files go to `jobs/` in it, logs to `logs/`. */
	readonly out: string;
	/** The program that jobs are arguments of. */
	readonly program: readonly string[];
	/** How often a job that died without a word is tried again. Default 2. */
	readonly retries?: number;
	/** How long a second interruption is waited for before jobs of a cluster are left to themselves. Default 10 s. */
	readonly leaveAfterMs?: number;
}

interface Entry {
	readonly job: Job;
	readonly folder: string;
	submission?: Submission | undefined;
	outcome?: JobOutcome;
	started: boolean;
	/** Submissions that died without a word. */
	lost: number;
	/** Since when neither files nor back end know of a living process. */
	silentSince?: number;
	/** Ids on the cluster that are given up. */
	readonly replaces: string[];
	lastId?: string;
	lastText?: string;
}

type Active = Entry & { submission: Submission };

/**
 * Runs jobs on a back end to their ends. What happened is read from the files that jobs write themselves; the back end
 * is asked only whether a job without an end still lives, and why not. So a launcher that died leaves nothing open:
 * the next one finds the jobs that still run by their records, and goes on with them.
 */
export function createSupervisor(backend: Backend, options: SuperviseOptions): Executor {
	const { out, retries = 2, leaveAfterMs = 10_000 } = options;
	return async (jobs, hooks, signals) => {
		const notice = hooks.onNotice ?? (() => {});
		let wake = (): void => {};
		backend.begin({ wake: () => wake(), notice, stop: signals.stop });
		const entries: Entry[] = jobs.map(job => ({
			job,
			folder: jobFolder(out, job.id),
			started: false,
			lost: 0,
			replaces: [],
		}));
		const byId = new Map(entries.map(entry => [entry.job.id, entry]));
		const active = (): Active[] =>
			entries.filter(
				(entry): entry is Active => entry.submission !== undefined && entry.outcome === undefined,
			);
		const submissions = (): Submission[] => active().map(entry => entry.submission);

		const end = (
			entry: Entry,
			state: JobOutcome['state'],
			message = '',
			exitCode: number | null = null,
		): void => {
			const result = state === 'done' ? readPrintedResult(entry.folder) : undefined;
			entry.outcome = { job: entry.job, state, message, exitCode, result };
			hooks.onEnd(entry.outcome);
		};
		const start = (entry: Entry): void => {
			if (entry.started) return;
			entry.started = true;
			hooks.onStart(entry.job);
		};

		/** Back among the jobs to hand over. */
		const forget = (entry: Entry): void => {
			entry.submission = undefined;
		};
		const tellProgress = (entry: Entry, seen: JobObservation | undefined): void => {
			start(entry);
			const { fraction, text } = seen?.fraction === undefined ? (readLastProgress(entry.folder) ?? {}) : seen;
			if (fraction === undefined || text === undefined || text === entry.lastText) return;
			entry.lastText = text;
			hooks.onProgress(entry.job, fraction, text);
		};

		/** Jobs that an earlier launcher left running or queued. */
		const adopt = async (): Promise<void> => {
			const known = entries.flatMap(entry => {
				const record = readJobRecord(entry.folder);
				return record ? [{ entry, record }] : [];
			});
			if (known.length === 0) return;
			const ours = known.filter(({ record }) => record.executor === backend.executor);
			let views: ReadonlyMap<string, View> | undefined;
			// Without an answer a second copy might be started.
			while (ours.length > 0 && !signals.stop.aborted) {
				views = await backend.look(ours.map(({ record }) => record.token));
				if (views) break;
				await pause();
			}
			const taken = known.filter(({ entry, record }) => {
				const view = views?.get(record.token);
				return isLockAlive(entry.folder) === true || (view !== undefined && view.state !== 'ended');
			});
			for (const { entry, record } of taken)
				entry.submission = { job: entry.job, folder: entry.folder, record };
			if (taken.length > 0)
				notice(`taken over from an earlier launch: ${countOf(taken.length, 'running job')}`);
		};

		const pause = async (): Promise<void> =>
			new Promise(resolve => {
				const timer = setTimeout(resolve, backend.pollMs);
				wake = () => {
					clearTimeout(timer);
					resolve();
				};
			});

		/** Looks at a job that was handed over, and takes the consequences. */
		const examine = (entry: Active, view: View | undefined, answered: boolean): void => {
			const { job, folder, submission } = entry;
			if (view?.id) entry.lastId = view.id;
			const seen = job.observe?.();
			const found = judge({
				status: readJobStatus(folder, submission.record.token),
				owned: isLockAlive(folder) === true,
				began: hasBegun(folder),
				seen,
				view,
				answered,
				settled: entry.silentSince !== undefined && Date.now() - entry.silentSince >= backend.settleMs,
				stopping: signals.stop.aborted,
				requeues: backend.executor === 'slurm',
			});
			if (found.verdict === 'silent') {
				entry.silentSince ??= Date.now();
				return;
			}
			entry.silentSince = undefined;
			switch (found.verdict) {
				case 'end':
					end(entry, found.end.state, found.end.message, found.end.exitCode);
					break;
				case 'running':
					tellProgress(entry, seen);
					break;
				case 'returned':
					forget(entry);
					break;
				case 'lost':
					entry.lost += 1;
					if (entry.lost > retries) {
						end(
							entry,
							'failed',
							`${found.how}; tried ${countOf(entry.lost, 'time')} (--retries ${retries}); see ${submission.record.log}`,
						);
						break;
					}
					notice(`${job.label}: ${found.how}; tried again (${entry.lost} of ${retries})`);
					if (entry.lastId) entry.replaces.push(entry.lastId);
					forget(entry);
					break;
				case 'waiting':
			}
		};

		/** Ends what can never start, and hands over what can. */
		const submit = async (): Promise<void> => {
			const waiting = entries.filter(entry => !entry.submission && !entry.outcome);
			for (const entry of waiting) {
				const blocker = (entry.job.after ?? [])
					.map(id => byId.get(id))
					.find(other => other?.outcome && other.outcome.state !== 'done');
				if (blocker) end(entry, 'not started', `needs '${blocker.job.label}', which is not done`);
			}
			const candidates = waiting
				.filter(entry => !entry.outcome)
				.map(({ job }) => {
					const before = (job.after ?? []).map(id => byId.get(id));
					return {
						job,
						ready: before.every(other => !other || other.outcome?.state === 'done'),
						handedOver: before.every(
							other => !other || other.outcome?.state === 'done' || other.submission !== undefined,
						),
					};
				});
			const chosen: Active[] = [];
			for (const job of backend.choose(candidates, submissions())) {
				const entry = byId.get(job.id)!;
				const before = readJobRecord(entry.folder);
				if (before && isLockAlive(entry.folder)) {
					// Another launcher was faster.
					entry.submission = { job, folder: entry.folder, record: before };
					continue;
				}
				const record = describeJob(job, {
					...backend.place(job, submissions()),
					...{ out, retries, program: options.program },
					executor: backend.executor,
					token: randomUUID(),
					replaces: entry.replaces,
				});
				writeJobRecord(entry.folder, record);
				entry.submission = { job, folder: entry.folder, record };
				chosen.push(entry as Active);
			}
			if (chosen.length === 0) return;
			const putOff = await backend.submit(
				chosen.map(entry => entry.submission),
				submissions(),
			);
			for (const { job } of putOff) forget(byId.get(job.id)!);
		};

		/** What a launcher that leaves says about jobs that go on without it. */
		const leave = (): void => {
			for (const entry of active()) {
				end(entry, 'interrupted', `goes on without the launcher${entry.lastId ? ` as ${entry.lastId}` : ''}`);
			}
		};

		for (const signal of [signals.stop, signals.cancel])
			signal.addEventListener('abort', () => wake(), { once: true });
		await adopt();
		let interrupted: { at: number; ending: boolean } | undefined;
		let cancelled = false;
		while (entries.some(entry => !entry.outcome)) {
			if (signals.stop.aborted) {
				for (const entry of entries)
					if (!entry.submission && !entry.outcome) end(entry, 'not started', 'interrupted');
				interrupted ??= { at: Date.now(), ending: await backend.interrupt(submissions()) };
				if (signals.cancel.aborted && !cancelled) {
					cancelled = true;
					await backend.cancel(submissions());
				}
				const waited = Date.now() - interrupted.at > leaveAfterMs;
				if (!interrupted.ending && !cancelled && waited) leave();
			} else {
				await submit();
			}
			const present = active();
			if (present.length === 0) {
				// Nothing could be handed over: there is no room for any.
				if (entries.some(entry => !entry.outcome)) await pause();
				continue;
			}
			const views = await backend.look(present.map(entry => entry.submission.record.token));
			for (const entry of present) {
				examine(entry, views?.get(entry.submission.record.token), views !== undefined);
			}
			// A job that ended makes room for another at once.
			if (active().length > 0 && active().length === present.length) await pause();
		}
		return entries.map(entry => entry.outcome!);
	};
}
