import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { countOf } from '../../count-of.ts';
import { UsageError } from '../../errors.ts';
import type { Backend, LaunchContext, Submission, View } from '../backend.ts';
import type { Executor } from '../executor.ts';
import { fewerLabels } from '../program.ts';
import { createSupervisor } from '../supervise.ts';
import { type ArrayList, largestArray, readArrayList, removeArray, writeArray } from './array.ts';
import { callSlurm, SlurmArrayTooLarge, SlurmLimit, SlurmOutage, SlurmRefusal } from './commands.ts';
import { type ArrayPlan, groupArrays, splitPlan } from './group-arrays.ts';
import { readAccounting } from './queue.ts';
import { createQueueReader } from './queue-reader.ts';
import { dependencyOptions, type SiteOptions } from './script.ts';
import { createSubmitLimit } from './submit-limit.ts';

export interface SlurmOptions {
	/** Output folder, on a file system that all nodes share: job files, scripts and logs go into it. */
	readonly out: string;
	/** Tasks of an array at the same time. Default: as many as Slurm starts. */
	readonly concurrency?: number;
	/** How often a job may be pre-empted or lose its node. Default 2. */
	readonly retries?: number;
	/** The program that jobs are arguments of. Default `fewer-labels`. */
	readonly program?: readonly string[];
	readonly site?: SiteOptions;
	/** Time between two looks at the files of jobs. Default 3 s. */
	readonly pollMs?: number;
	/**
	 * Longest time between two looks at the queue, which every user's clients share: it is reached when nothing changes
	 * there. Default 30 s.
	 */
	readonly slowestQueueMs?: number;
	/** How long files may lag behind the queue. Default 5 s. */
	readonly settleMs?: number;
	/** How long a second interruption is waited for before jobs are left to themselves. Default 10 s. */
	readonly leaveAfterMs?: number;
}

/** Reasons for waiting that time alone does not cure. */
const stuck = /held|BadConstraints|PartitionTimeLimit|PartitionDown|InvalidAccount|InvalidQOS|NodeNotAvail/iu;

const refused = (error: Error, script: string): UsageError =>
	new UsageError(
		`Slurm refuses the jobs: ${error.message}`,
		`change --slurm-options or --gres; the script is ${script}`,
		error,
	);

function createSlurmBackend(options: SlurmOptions): Backend {
	const {
		out,
		concurrency = null,
		pollMs = 3000,
		settleMs = 5000,
		slowestQueueMs = 30_000,
		site = {},
	} = options;
	let context: LaunchContext = { wake() {}, notice() {}, stop: new AbortController().signal };
	const ids = new Map<string, string>();
	const lists = new Map<string, ArrayList | undefined>();
	const told = new Set<string>();
	const asked = new Set<string>();
	let away = false;

	/** Notes and tells that the controller is away, or back. */
	const outage = (reason: string | undefined): void => {
		if (reason !== undefined && !away) {
			context.notice(`Slurm does not answer, running jobs go on; asking again until it does: ${reason}`);
		}
		if (reason === undefined && away) context.notice('Slurm answers again');
		away = reason !== undefined;
	};
	const queue = createQueueReader({ shortestMs: pollMs, longestMs: slowestQueueMs }, outage);
	const limit = createSubmitLimit();
	let largest = largestArray;
	const tellOnce = (text: string): void => {
		if (told.has(text)) return;
		told.add(text);
		context.notice(text);
	};
	const listOf = (submission: string): ArrayList | undefined => {
		if (!lists.has(submission)) lists.set(submission, readArrayList(out, submission));
		return lists.get(submission);
	};

	/** Submits a script once, also if the answer to the first attempt is lost; undefined if interrupted before. */
	const submitOnce = async (name: string, parameters: readonly string[]): Promise<string | undefined> => {
		while (!context.stop.aborted) {
			try {
				const id = await callSlurm('sbatch', ['--parsable', ...parameters]);
				outage(undefined);
				return id.trim().split(';')[0];
			} catch (error) {
				if (error instanceof SlurmRefusal) throw refused(error, parameters.at(-1)!);
				if (!(error instanceof SlurmOutage)) throw error;
				outage(error.message);
			}
			await sleep(pollMs);
			// It may have been taken although nobody said so.
			for (let entries = await queue.now(); ; entries = await queue.now()) {
				if (context.stop.aborted) return undefined;
				if (!entries) {
					await sleep(pollMs);
					continue;
				}
				const taken = entries.find(({ submission }) => submission === name);
				if (taken?.view.id) return taken.view.id.split('_')[0];
				break;
			}
		}
		return undefined;
	};

	return {
		executor: 'slurm',
		pollMs,
		settleMs,
		begin(given) {
			context = given;
		},
		choose(waiting, active) {
			const ready = waiting.filter(each => each.ready || each.handedOver).map(({ job }) => job);
			const room = limit.room(active.length);
			// An array keeps to the number of jobs at a time by itself, several small ones do not.
			const free = concurrency === null ? room : Math.min(room, concurrency - active.length);
			return limit.open() ? ready : ready.slice(0, Math.max(0, free));
		},
		place() {
			const environment: Record<string, string> = {};
			if (site.threads) {
				environment.TF_NUM_INTRAOP_THREADS = String(site.threads);
				environment.TF_NUM_INTEROP_THREADS = '1';
			}
			return { device: null, environment };
		},
		async submit(submissions, active) {
			const idOf = new Map(active.map(({ job, record }) => [job.id, ids.get(record.token)]));
			const done = new Set<Submission>();
			queue.forget();
			const plans: ArrayPlan<Submission>[] = groupArrays(submissions, concurrency !== null, largest);
			const submitted: (string | undefined)[] = [];
			for (let index = 0; index < plans.length; index++) {
				const { kind, items, after, behind } = plans[index]!;
				const before = after.flatMap(id => idOf.get(id) ?? []);
				const { name, script } = writeArray({ out, kind, submissions: items, limit: concurrency, site });
				const dependency = dependencyOptions(before, behind === undefined ? undefined : submitted[behind]);
				let id: string | undefined;
				try {
					id = await submitOnce(name, [...dependency, script]);
				} catch (error) {
					if (!(error instanceof SlurmLimit || error instanceof SlurmArrayTooLarge)) throw error;
					removeArray(out, kind, name);
					const half = Math.floor(items.length / 2);
					if (error instanceof SlurmArrayTooLarge) {
						if (half === 0) throw refused(error, script);
						largest = half;
						tellOnce(
							`Slurm takes no arrays of ${items.length} jobs here (MaxArraySize): they become smaller`,
						);
					} else {
						tellOnce(
							`Slurm takes no more jobs for now (${error.message}): those that do not fit wait here, and follow as others end`,
						);
						if (half === 0) {
							limit.full(active.length - submissions.length + done.size, done.size > 0);
							return submissions.filter(each => !done.has(each));
						}
					}
					splitPlan(plans, index, half, concurrency !== null);
					index -= 1;
					continue;
				}
				if (id === undefined) return [];
				submitted[index] = id;
				items.forEach((submission, task) => {
					done.add(submission);
					ids.set(submission.record.token, `${id}_${task}`);
					idOf.set(submission.job.id, `${id}_${task}`);
				});
			}
			limit.taken();
			return [];
		},
		async look(tokens) {
			const entries = await queue.recent();
			if (!entries) return undefined;
			const wanted = new Set(tokens);
			const views = new Map<string, View>();
			for (const { submission, task, view } of entries) {
				const token = task === null ? undefined : listOf(submission)?.tokens[task];
				if (token === undefined || !wanted.has(token)) continue;
				const log = view.id && path.join(out, 'logs', `slurm-${view.id}.log`);
				views.set(token, { ...view, log });
				if (view.id) ids.set(token, view.id);
				if (view.state === 'queued' && stuck.test(view.reason)) tellOnce(view.reason);
			}
			// What was seen a while ago says nothing of them.
			if (tokens.some(token => !views.has(token))) queue.forget();
			for (const token of tokens) {
				const id = ids.get(token);
				if (views.has(token) || !id || asked.has(token)) continue;
				asked.add(token);
				const view = await readAccounting(id);
				if (view) views.set(token, view);
			}
			return views;
		},
		async interrupt(submissions) {
			if (submissions.length > 0) {
				context.notice(`left to Slurm: ${countOf(submissions.length, 'job')}; Ctrl-C again cancels`);
			}
			return false;
		},
		async cancel(submissions) {
			const known = submissions.flatMap(({ record }) => ids.get(record.token) ?? []);
			for (let first = 0; first < known.length; first += 500) {
				try {
					await callSlurm('scancel', known.slice(first, first + 500));
				} catch (error) {
					context.notice(`not cancelled: ${(error as Error).message}`);
				}
			}
		},
	};
}

/**
 * Runs jobs as arrays on a Slurm cluster. A job before another becomes a dependency of Slurm's, so that the second
 * starts without the launcher. Pre-empted jobs and those that lost their node are queued again by Slurm, those near
 * their time limit queue themselves again after a checkpoint; each goes on where it was.
 */
export function createSlurmExecutor(options: SlurmOptions): Executor {
	const { out, retries, leaveAfterMs, program = fewerLabels } = options;
	return createSupervisor(createSlurmBackend(options), { out, retries, leaveAfterMs, program });
}
