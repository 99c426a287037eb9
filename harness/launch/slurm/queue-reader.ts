import { SlurmOutage } from './commands.ts';
import { type QueueEntry, readQueue } from './queue.ts';

/** The queue, asked for no more often than it has to be: the controller answers every user's clients. */
export interface QueueReader {
	/** As it is now; undefined if the controller does not answer. */
	now(): Promise<readonly QueueEntry[] | undefined>;
	/** As it was a short while ago, longer the longer nothing has changed in it. */
	recent(): Promise<readonly QueueEntry[] | undefined>;
	/** Makes the next look a new one, and those after it frequent. */
	forget(): void;
}

/**
 * @param options.shortestMs between two looks while the queue changes
 * @param options.longestMs when it does not: each time is half as long again as the one before
 * @param outage told why the controller does not answer, or undefined when it does
 * @param source.read reads the queue, by default that of Slurm
 * @param source.clock in ms
 */
export function createQueueReader(
	options: { readonly shortestMs: number; readonly longestMs: number },
	outage: (reason: string | undefined) => void,
	source: { readonly read?: () => Promise<readonly QueueEntry[]>; readonly clock?: () => number } = {},
): QueueReader {
	const { shortestMs, longestMs } = options;
	const { read = readQueue, clock = () => performance.now() } = source;
	let everyMs = shortestMs;
	let last:
		| { readonly at: number; readonly entries: readonly QueueEntry[] | undefined; readonly text: string }
		| undefined;
	const now = async (): Promise<readonly QueueEntry[] | undefined> => {
		let entries: readonly QueueEntry[] | undefined;
		try {
			entries = await read();
			outage(undefined);
		} catch (error) {
			if (!(error instanceof SlurmOutage)) throw error;
			outage(error.message);
		}
		const text = JSON.stringify(entries ?? null);
		everyMs = last?.text === text ? Math.max(shortestMs, Math.min(longestMs, 1.5 * everyMs)) : shortestMs;
		last = { at: clock(), entries, text };
		return entries;
	};
	return {
		now,
		// A little early rather than a whole round of the caller late.
		recent: async () => (last && clock() - last.at < 0.9 * everyMs ? last.entries : now()),
		forget() {
			everyMs = shortestMs;
			last = undefined;
		},
	};
}
