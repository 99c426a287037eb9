/**
 * A long computation in steps: it pauses after each, at most some seconds apart, and goes on when asked to. Whoever
 * runs it decides what happens in between; a computation that is not run to its end frees what it holds.
 */
export type Steps<Result> = Generator<void, Result, void>;

/** Runs a computation to its end without a pause. */
export function toEnd<Result>(steps: Steps<Result>): Result {
	for (;;) {
		const step = steps.next();
		if (step.done) return step.value;
	}
}

/**
 * Runs a computation with a turn of the event loop after each step: signals are only heard between turns.
 *
 * @throws the reason of the signal once it is aborted
 */
export async function inTurns<Result>(steps: Steps<Result>, signal?: AbortSignal): Promise<Result> {
	try {
		for (;;) {
			signal?.throwIfAborted();
			const step = steps.next();
			if (step.done) return step.value;
			await new Promise(resolve => setImmediate(resolve));
		}
	} finally {
		// Only what has not ended yet hears of it.
		steps.return(undefined as Result);
	}
}
