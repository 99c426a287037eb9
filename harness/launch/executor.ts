/** One run, or a step that runs share, as a command line of this project. */
export interface Job {
	/** Unique among the jobs of one launch. */
	readonly id: string;
	/** For people, for example `S3GAN seed 2`. */
	readonly label: string;
	/** Arguments of `fewer-labels`. With `--json` the job prints its progress as `JobMessage` lines. */
	readonly command: readonly string[];
	/** Whether the job runs with no other beside it and may use the whole machine. */
	readonly alone?: boolean;
}

/** What a job prints on its standard output, one JSON object a line. */
export type JobMessage =
	| { readonly event: 'progress'; readonly fraction: number; readonly text: string }
	| { readonly event: 'result'; readonly result: unknown };

export interface JobOutcome {
	readonly job: Job;
	readonly state: 'done' | 'failed' | 'interrupted' | 'not started';
	/** Last message of the job's standard error if it failed, empty otherwise. */
	readonly message: string;
	/** Exit code of the job, null if it never started or a signal ended it. */
	readonly exitCode: number | null;
	/** The job's `result` message, if it printed one. */
	readonly result: unknown;
}

/** What a launch tells its caller while it runs. */
export interface LaunchHooks {
	readonly onStart: (job: Job) => void;
	readonly onProgress: (job: Job, fraction: number, text: string) => void;
	readonly onEnd: (outcome: JobOutcome) => void;
}

/** A way to run jobs: local processes now, clusters later, behind the same interface. */
export type Executor = (
	jobs: readonly Job[],
	hooks: LaunchHooks,
	signal: AbortSignal,
) => Promise<JobOutcome[]>;
