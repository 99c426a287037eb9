/** A piece of work that is left. */
export interface PlannedTask {
	/** Of one job. */
	readonly seconds: number;
	/** Indices of earlier tasks that it waits for. */
	readonly after: readonly number[];
}

/**
 * Seconds from now until the last task ends, with a number of equal slots: each task, in the order in which they
 * can start, goes to the slot that is free first.
 *
 * @param tasks each after those that it waits for
 * @param slots tasks at the same time, at least 1
 */
export function makespan(tasks: readonly PlannedTask[], slots: number): number {
	const free = new Array<number>(Math.max(1, Math.min(slots, tasks.length))).fill(0);
	const ends: number[] = [];
	const place = (index: number, ready: number): void => {
		let earliest = 0;
		for (const [slot, time] of free.entries()) if (time < free[earliest]!) earliest = slot;
		const end = Math.max(free[earliest]!, ready) + tasks[index]!.seconds;
		free[earliest] = end;
		ends[index] = end;
	};
	let waiting = tasks.map((_, index) => index);
	while (waiting.length > 0) {
		const ready = waiting
			.filter(index => tasks[index]!.after.every(other => ends[other] !== undefined))
			.map(index => ({ index, at: Math.max(0, ...tasks[index]!.after.map(other => ends[other]!)) }))
			.sort((first, second) => first.at - second.at || first.index - second.index);
		if (ready.length === 0) throw new RangeError('tasks wait for one another');
		for (const { index, at } of ready) place(index, at);
		waiting = waiting.filter(index => ends[index] === undefined);
	}
	return Math.max(0, ...ends);
}
