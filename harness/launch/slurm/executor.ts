import { setTimeout as sleep } from 'node:timers/promises';
import { countOf } from '../../count-of.ts';
import { UsageError } from '../../errors.ts';
import type { Backend, LaunchContext, View } from '../backend.ts';
import type { Executor } from '../executor.ts';
import { fewerLabels } from '../program.ts';
import { createSupervisor } from '../supervise.ts';
import { type ArrayList, readArrayList, writeArray } from './array.ts';
import { callSlurm, SlurmOutage, SlurmRefusal } from './commands.ts';
import { groupArrays } from './group-arrays.ts';
import { type QueueEntry, readAccounting, readQueue } from './queue.ts';
import { dependencyOptions, type SiteOptions } from './script.ts';

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
	/** Time between two looks at the queue. Default 3 s. */
	readonly pollMs?: number;
	/** How long files may lag behind the queue. Default 5 s. */
	readonly settleMs?: number;
	/** How long a second interruption is waited for before jobs are left to themselves. Default 10 s. */
	readonly leaveAfterMs?: number;
}

/** Reasons for waiting that time alone does not cure. */
const stuck = /held|BadConstraints|PartitionTimeLimit|PartitionDown|InvalidAccount|InvalidQOS|NodeNotAvail/iu;

function createSlurmBackend(options: SlurmOptions): Backend {
	const { out, concurrency = null, pollMs = 3000, settleMs = 5000, site = {} } = options;
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
	const queue = async (): Promise<QueueEntry[] | undefined> => {
		try {
			const entries = await readQueue();
			outage(undefined);
			return entries;
		} catch (error) {
			if (!(error instanceof SlurmOutage)) throw error;
			outage(error.message);
			return undefined;
		}
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
				if (error instanceof SlurmRefusal) {
					throw new UsageError(
						`Slurm refuses the jobs: ${error.message}`,
						`change --slurm-options or --gres; the script is ${parameters.at(-1)}`,
						error,
					);
				}
				if (!(error instanceof SlurmOutage)) throw error;
				outage(error.message);
			}
			await sleep(pollMs);
			// It may have been taken although nobody said so.
			for (let entries = await queue(); ; entries = await queue()) {
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
		choose: waiting => waiting.filter(({ ready, handedOver }) => ready || handedOver).map(({ job }) => job),
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
			const submitted: string[] = [];
			for (const { kind, items, after, behind } of groupArrays(submissions, concurrency !== null)) {
				const before = after.flatMap(id => idOf.get(id) ?? []);
				const { name, script } = writeArray({ out, kind, submissions: items, limit: concurrency, site });
				const dependency = dependencyOptions(before, behind === undefined ? undefined : submitted[behind]);
				const id = await submitOnce(name, [...dependency, script]);
				if (id === undefined) return;
				submitted.push(id);
				items.forEach(({ job, record }, task) => {
					ids.set(record.token, `${id}_${task}`);
					idOf.set(job.id, `${id}_${task}`);
				});
			}
		},
		async look(tokens) {
			const entries = await queue();
			if (!entries) return undefined;
			const wanted = new Set(tokens);
			const views = new Map<string, View>();
			for (const { submission, task, view } of entries) {
				const token = task === null ? undefined : listOf(submission)?.tokens[task];
				if (token === undefined || !wanted.has(token)) continue;
				views.set(token, view);
				if (view.id) ids.set(token, view.id);
				if (view.state === 'queued' && stuck.test(view.reason) && !told.has(view.reason)) {
					told.add(view.reason);
					context.notice(view.reason);
				}
			}
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
