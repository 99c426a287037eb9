import { median } from '../../../harness/statistics/median.ts';

/** Times of one contestant: one list a round, one number a generator step. */
export type Rounds = ReadonlyArray<readonly number[]>;

export interface TimeSummary {
	readonly medianMilliseconds: number;
	readonly bestMilliseconds: number;
	/** Median processor time of a step, all threads together. Waiting in a busy loop counts. */
	readonly processorMilliseconds: number;
	/**
	 * Time divided by that of the reference, the median over the rounds: what ran at nearly the same time is
	 * compared, so that a machine that slows down for all changes little. Null without a reference.
	 */
	readonly ratio: number | null;
	/** Best time divided by the best time of the reference. Null without a reference. */
	readonly bestRatio: number | null;
}

/** @param reference times of what the ratios compare with, as many rounds */
export function summariseTimes(
	rounds: Rounds,
	processorRounds: Rounds,
	reference: Rounds | undefined,
): TimeSummary {
	const best = (lists: Rounds): number => Math.min(...lists.flat());
	return {
		medianMilliseconds: median(rounds.flat()),
		bestMilliseconds: best(rounds),
		processorMilliseconds: median(processorRounds.flat()),
		ratio: reference ? median(rounds.map((times, round) => median(times) / median(reference[round]))) : null,
		bestRatio: reference ? best(rounds) / best(reference) : null,
	};
}
