import type { Contestant } from './contestant.ts';
import type { Rounds } from './summarise.ts';

/** The raw times of one contestant. */
export interface TurnTimes {
	/** By the clock, in milliseconds. */
	readonly rounds: Rounds;
	/** Of all threads, in milliseconds. */
	readonly processorRounds: Rounds;
}

export interface TurnOptions {
	/** Rounds; each contestant gets one turn a round. */
	readonly repetitions: number;
	/** Generator steps of one turn. */
	readonly steps: number;
	/** Called before each turn. */
	readonly onTurn?: (round: number, contestant: Contestant) => void;
}

/**
 * Times contestants turn by turn, so that whatever else the machine does meets all of them alike. The first one of
 * a round is another one each time, and the first step of a turn is not counted: caches and waiting threads are
 * still those of the contestant before.
 */
export async function takeTurns(
	contestants: readonly Contestant[],
	{ repetitions, steps, onTurn }: TurnOptions,
): Promise<Map<Contestant, TurnTimes>> {
	const times = new Map(
		contestants.map(contestant => [
			contestant,
			{ rounds: [] as (readonly number[])[], processorRounds: [] as (readonly number[])[] },
		]),
	);
	for (let round = 0; round < repetitions; round++) {
		for (let turn = 0; turn < contestants.length; turn++) {
			const contestant = contestants[(round + turn) % contestants.length];
			onTurn?.(round, contestant);
			const taken = await contestant.ask('time', { steps: steps + 1 });
			times.get(contestant)!.rounds.push(taken.milliseconds.slice(1));
			times.get(contestant)!.processorRounds.push(taken.processorMilliseconds.slice(1));
		}
	}
	return times;
}

/**
 * Steps of a turn: as many as take the slowest contestant about 3 seconds, 1 … 20; each runs one to get warm.
 */
export async function chooseSteps(contestants: readonly Contestant[]): Promise<number> {
	let slowestMilliseconds = 0;
	for (const contestant of contestants) {
		const { milliseconds } = await contestant.ask('time', { steps: 2 });
		slowestMilliseconds = Math.max(slowestMilliseconds, milliseconds[1]);
	}
	return Math.min(20, Math.max(1, Math.round(3000 / slowestMilliseconds)));
}
