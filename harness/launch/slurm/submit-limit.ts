/** How long nothing is submitted after a limit, at first and at most; jobs of ours that end make room at once. */
const shortestWaitMs = 30_000;
const longestWaitMs = 300_000;

/**
 * How many jobs to hand over under a limit that nobody but Slurm knows: all, until it says no; then few at a time, more
 * when they are taken, and none for a while when they are not.
 */
export interface SubmitLimit {
	/** Whether no limit was ever met. */
	open(): boolean;
	/** Jobs to try now. @param active jobs that were handed over and have not ended */
	room(active: number): number;
	/** All that was tried was taken. */
	taken(): void;
	/** Not even one more was taken. @param active as above */
	full(active: number, some: boolean): void;
}

/** @param now clock in ms */
export function createSubmitLimit(now: () => number = Date.now): SubmitLimit {
	let size = Number.POSITIVE_INFINITY;
	let waitMs = shortestWaitMs;
	let closedUntil = 0;
	let activeThen = 0;
	return {
		open: () => size === Number.POSITIVE_INFINITY,
		room(active) {
			if (now() >= closedUntil) return size;
			// As many as have ended.
			return Math.max(0, activeThen - active);
		},
		taken() {
			size *= 2;
			waitMs = shortestWaitMs;
			closedUntil = 0;
		},
		full(active, some) {
			size = 1;
			if (some) waitMs = shortestWaitMs;
			closedUntil = now() + waitMs;
			waitMs = Math.min(longestWaitMs, 2 * waitMs);
			activeThen = active;
		},
	};
}
