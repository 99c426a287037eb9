import type { Job } from './executor.ts';
import type { JobRecord } from './job-files.ts';

/** A job that was handed over, in this launch or by an earlier launcher. */
export interface Submission {
	readonly job: Job;
	readonly folder: string;
	readonly record: JobRecord;
}

/** What a back end knows of a submission beyond the job's own files. */
export interface View {
	readonly state: 'queued' | 'running' | 'ended';
	/** For people: why it waits, or how it ended; empty if nothing is known. */
	readonly reason: string;
	/**
	 * Why a submission ended without a word of its own: `lost` is worth another try; the others are not.
	 * `dependency`: a job before it ended badly. `script`: what runs the job ended by itself with an exit code, which
	 * is lost all the same if the job had begun.
	 */
	readonly cause: 'lost' | 'cancelled' | 'memory' | 'dependency' | 'script';
	/** Name of the job where it runs, for people and to be given up: `12_3`. */
	readonly id?: string;
	/** File of what the back end itself has to say of it. */
	readonly log?: string;
}

/** What a back end may tell its launch. */
export interface LaunchContext {
	/** Something may have happened: look now, without waiting for the next time. */
	readonly wake: () => void;
	/** For people. */
	readonly notice: (text: string) => void;
	/** The first interruption. */
	readonly stop: AbortSignal;
}

/** Where jobs run: what differs between processes of this machine and a cluster. `supervise` does the rest. */
export interface Backend {
	readonly executor: JobRecord['executor'];
	/** Which of the waiting jobs to hand over now. `ready`: all jobs before it are done. */
	readonly choose: (
		waiting: readonly { readonly job: Job; readonly ready: boolean; readonly handedOver: boolean }[],
		active: readonly Submission[],
	) => readonly Job[];
	/** What the record of a job says beside what is the same everywhere. */
	readonly place: (
		job: Job,
		active: readonly Submission[],
	) => { readonly environment: Record<string, string>; readonly device: string | null };
	/** Hands jobs over; their records are written. Returns those that it could not take for now. */
	readonly submit: (
		submissions: readonly Submission[],
		active: readonly Submission[],
	) => Promise<readonly Submission[]>;
	/** Views by token; undefined if nobody can say at the moment. A token that is not among them is unknown. */
	readonly look: (tokens: readonly string[]) => Promise<ReadonlyMap<string, View> | undefined>;
	/** Asks running jobs to write a checkpoint and end. False if they go on without the launcher instead. */
	readonly interrupt: (submissions: readonly Submission[]) => Promise<boolean>;
	/** Ends jobs that run or wait, now. */
	readonly cancel: (submissions: readonly Submission[]) => Promise<void>;
	/** Time between two looks. */
	readonly pollMs: number;
	/** How long files may lag behind what `look` says. */
	readonly settleMs: number;
	/** Called once, before everything else. */
	readonly begin: (context: LaunchContext) => void;
}
