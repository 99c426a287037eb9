import { userInfo } from 'node:os';
import type { View } from '../backend.ts';
import { callSlurm } from './commands.ts';

/** Marks the jobs of this program; the rest of the comment names the submission. */
export const commentPrefix = 'fewer-labels:';

/** A job in the queue, or one that left it a while ago. */
export interface QueueEntry {
	/** The submission's own name: a job id may be given again if the controller dies before it has written it down. */
	readonly submission: string;
	/** Index in the array, null outside of one. */
	readonly task: number | null;
	readonly view: View;
}

// The text form has been the same for many releases; the JSON form has not.
const format = '%F|%K|%T|%r|%N|%k';

const queued = new Set(
	'PENDING CONFIGURING REQUEUED REQUEUE_FED REQUEUE_HOLD RESV_DEL_HOLD SPECIAL_EXIT SUSPENDED STOPPED'.split(
		' ',
	),
);
const running = new Set('RUNNING COMPLETING SIGNALING STAGE_OUT RESIZING'.split(' '));

/** What a state of Slurm means for the harness. */
export function viewOf(state: string, reason: string, id: string, nodes: string): View {
	// `CANCELLED by 1000` in sacct, `CANCELLED` in squeue.
	const [name] = state.split(/[ +]/u);
	const why = reason === '' || reason === 'None' ? '' : ` (${reason})`;
	if (queued.has(name)) return { state: 'queued', reason: `Slurm job ${id} waits${why}`, cause: 'lost', id };
	if (running.has(name)) return { state: 'running', reason: `on ${nodes}`, cause: 'lost', id };
	const ended = { state: 'ended', reason: `Slurm job ${id} ended as ${name}${why}`, id } as const;
	if (name === 'OUT_OF_MEMORY') return { ...ended, cause: 'memory' };
	if (/^Dependency/u.test(reason)) return { ...ended, cause: 'dependency' };
	if (name === 'CANCELLED' || name === 'REVOKED') return { ...ended, cause: 'cancelled' };
	// By itself, not with its node; sacct gives no reason.
	if (name === 'FAILED' && (why === '' || reason === 'NonZeroExitCode')) return { ...ended, cause: 'script' };
	return { ...ended, cause: 'lost' };
}

/** @throws if a line has another form */
export function parseQueue(text: string): QueueEntry[] {
	return text
		.split('\n')
		.filter(line => line.trim() !== '')
		.flatMap(line => {
			const fields = line.split('|');
			const [job, task, state, reason, nodes] = fields;
			// The comment may hold anything.
			const comment = fields.slice(5).join('|').trim();
			if (!comment.startsWith(commentPrefix)) return [];
			const index = /^\d+$/u.test(task) ? Number(task) : null;
			const id = index === null ? job : `${job}_${index}`;
			return [
				{
					submission: comment.slice(commentPrefix.length),
					task: index,
					view: viewOf(state, reason, id, nodes),
				},
			];
		});
}

/** This user's jobs of this program, also those that ended a while ago (`MinJobAge`, 5 minutes by default). */
export async function readQueue(): Promise<QueueEntry[]> {
	const parameters = ['--noheader', '--array', '--states=all', `--user=${userInfo().username}`];
	return parseQueue(await callSlurm('squeue', [...parameters, `--format=${format}`]));
}

/** How a job ended that has left the queue, where the cluster keeps accounts; undefined elsewhere. */
export async function readAccounting(id: string): Promise<View | undefined> {
	try {
		const parameters = ['--noheader', '--allocations', '--parsable2', `--jobs=${id}`, '--format=State'];
		const state = (await callSlurm('sacct', parameters)).trim().split('\n').at(-1) ?? '';
		return state ? viewOf(state, '', id, '') : undefined;
	} catch {
		return undefined;
	}
}
