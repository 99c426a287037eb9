/** One run, or a step that runs share, as a command line of this project. */
export interface Job {
	/**
	 * Unique among the jobs of an output folder, and the same for the same work in a later launch, which then finds
	 * the job again while it still runs. Letters, digits, `.`, `_` and `-`.
	 */
	readonly id: string;
	/** For people, for example `S3GAN seed 2`. */
	readonly label: string;
	/** Arguments of `fewer-labels`. With `--json` the job prints `JobMessage` lines. */
	readonly command: readonly string[];
	/** Kind of work: jobs of one kind become one array on a cluster. Default `job`. */
	readonly kind?: string;
	/** Whether the job runs with no other beside it and may use the whole machine. Default false. */
	readonly alone?: boolean;
	/** Jobs of the same launch, by id, that must be done before. */
	readonly after?: readonly string[];
	/** What the job's own files say, if it leaves any: the truth about it, whatever a scheduler says. */
	readonly observe?: () => JobObservation;
	/**
	 * A file that changes when the job has got further in a way that outlives it (the pointer to its last checkpoint), or
	 * a folder of trainings with such pointers. A job that meets its time limit twice without a change is given up.
	 */
	readonly checkpoint?: string;
	/** A folder whose lock the command takes; the job waits until it is free. */
	readonly locks?: string;
	/** Why the job can be shown and not run yet, for people: parts of its command are placeholders. */
	readonly preview?: string;
}

export interface JobObservation {
	/** `open`: not done, and no process works on it. */
	readonly state: 'done' | 'running' | 'open';
	/** Part of the job that is done, in [0, 1]. */
	readonly fraction?: number;
	/** For people, for example `step 5/10`. */
	readonly text?: string;
}

/** What a job prints on its standard output, one JSON object a line. */
export type JobMessage =
	| { readonly event: 'progress'; readonly fraction: number; readonly text: string }
	| { readonly event: 'result'; readonly result: unknown };

export interface JobOutcome {
	readonly job: Job;
	/** `interrupted`: it was asked to stop, or still runs where the launcher left it. `not started`: see message. */
	readonly state: 'done' | 'failed' | 'interrupted' | 'not started';
	/** Why it is not done, for people; empty if it is. */
	readonly message: string;
	/** Exit code of the job, null if it never started, was adopted from files alone, or a signal ended it. */
	readonly exitCode: number | null;
	/** The job's `result` message, if it printed one. */
	readonly result: unknown;
}

/** What a launch tells its caller while it runs. */
export interface LaunchHooks {
	readonly onStart: (job: Job) => void;
	readonly onProgress: (job: Job, fraction: number, text: string) => void;
	readonly onEnd: (outcome: JobOutcome) => void;
	/** Something that people should know and that ends nothing: a retry, an outage. */
	readonly onNotice?: (text: string) => void;
}

/** How a person or a scheduler asks a launch to end. */
export interface LaunchSignals {
	/** First: submit nothing more; jobs on this machine write a checkpoint and end. */
	readonly stop: AbortSignal;
	/** Second: cancel what still runs or is queued. */
	readonly cancel: AbortSignal;
}

/**
 * A way to run jobs. What every one of them keeps to that runs any is in `test/harness/launch/conformance.ts`:
 * a job starts once those before it are done; no more at a time than asked for; a job that another launcher left
 * running is taken over, not started a second time; what dies without a word (a killed process, a crashed node) is
 * tried again a bounded number of times, what fails is not.
 */
export type Executor = (
	jobs: readonly Job[],
	hooks: LaunchHooks,
	signals: LaunchSignals,
) => Promise<JobOutcome[]>;
