import type { View } from './backend.ts';
import type { JobObservation, JobOutcome } from './executor.ts';
import type { JobStatus } from './job-files.ts';

/** All that is known of a job that was handed over. */
export interface Evidence {
	/** What the attempt wrote at its end. */
	readonly status: JobStatus | undefined;
	/** Whether a living process owns the job. */
	readonly owned: boolean;
	/** Whether a process has worked on it since it was handed over. */
	readonly began: boolean;
	/** What the job's own files say. */
	readonly seen: JobObservation | undefined;
	/** What the back end says; undefined if it does not know the job. */
	readonly view: View | undefined;
	/** Whether the back end could be asked at all. */
	readonly answered: boolean;
	/** Whether files had the time to be seen since the job was last heard of. */
	readonly settled: boolean;
	/** Whether a person has interrupted the launch. */
	readonly stopping: boolean;
	/** Whether an attempt that was asked to end is queued again by the back end if it ought to be. */
	readonly requeues: boolean;
}

export type Verdict =
	| { readonly verdict: 'end'; readonly end: Pick<JobOutcome, 'state' | 'message' | 'exitCode'> }
	/** A process works on it. */
	| { readonly verdict: 'running' }
	/** It waits for its turn, or nobody can say. */
	| { readonly verdict: 'waiting' }
	/** Nothing is heard of it, which files that are seen late may still explain. */
	| { readonly verdict: 'silent' }
	/** A job before it ended badly; its turn may still come. */
	| { readonly verdict: 'returned' }
	/** It ended without a word. */
	| { readonly verdict: 'lost'; readonly how: string };

const end = (state: JobOutcome['state'], message = '', exitCode: number | null = null): Verdict => ({
	verdict: 'end',
	end: { state, message, exitCode },
});

/**
 * What to make of it. The job's own word goes first, then whether a process lives, then the scheduler: its states lag,
 * and it calls a job failed whose process goes on.
 */
export function judge(evidence: Evidence): Verdict {
	const { status, owned, began, seen, view, answered, settled, stopping, requeues } = evidence;
	if (status?.state === 'done') return end('done', '', status.exitCode);
	if (status?.state === 'failed') return end('failed', status.message, status.exitCode);
	if (view?.state === 'running' || owned || seen?.state === 'running') return { verdict: 'running' };
	if (view?.state === 'queued' || !answered) return { verdict: 'waiting' };
	if (!settled) return { verdict: 'silent' };
	if (seen?.state === 'done') return end('done');
	const reason = view?.reason ?? '';
	if (view?.cause === 'dependency' && !stopping) return { verdict: 'returned' };
	if (stopping || view?.cause === 'cancelled')
		return end('interrupted', reason || status?.message || 'interrupted', status?.exitCode ?? null);
	if (view?.cause === 'memory') return end('failed', reason);
	if (view?.cause === 'script' && !began && !status) {
		const log = view.log ? `; see ${view.log}` : '';
		return end('failed', `${reason} before it came to the job: its script failed${log}`);
	}
	if (status && !requeues) return end('interrupted', status.message, status.exitCode);
	return { verdict: 'lost', how: reason || 'its process died without a word' };
}
