import test from 'ava';
import type { Contestant } from '../../../../ci/bench/train/contestant.ts';
import { chooseSteps, takeTurns } from '../../../../ci/bench/train/take-turns.ts';

/** A contestant whose every step takes so long, after a slower first one a turn. */
function fakeContestant(name: Contestant['name'], milliseconds: number, log: string[]): Contestant {
	return {
		name,
		async ask(command, request) {
			const { steps } = request as unknown as { steps: number };
			log.push(`${name} ${command} ${steps}`);
			const times = Array.from({ length: steps }, (_, index) =>
				index === 0 ? 10 * milliseconds : milliseconds,
			);
			return { milliseconds: times, processorMilliseconds: times.map(time => 2 * time) } as never;
		},
		stop: async () => {},
	};
}

test('everyone gets one turn a round, each round begins with another one, first steps do not count', async t => {
	const log: string[] = [];
	const eager = fakeContestant('eager', 4, log);
	const pytorch = fakeContestant('pytorch', 6, log);
	const times = await takeTurns([eager, pytorch], { repetitions: 2, steps: 2 });
	t.deepEqual(log, ['eager time 3', 'pytorch time 3', 'pytorch time 3', 'eager time 3']);
	t.deepEqual(times.get(eager), {
		rounds: [
			[4, 4],
			[4, 4],
		],
		processorRounds: [
			[8, 8],
			[8, 8],
		],
	});
	t.deepEqual(times.get(pytorch)!.rounds, [
		[6, 6],
		[6, 6],
	]);
});

test('a turn is about three seconds of the slowest, 1 to 20 steps', async t => {
	const choose = (...times: number[]) => chooseSteps(times.map(time => fakeContestant('eager', time, [])));
	t.is(await choose(300, 1000), 3);
	t.is(await choose(20_000), 1);
	t.is(await choose(5), 20);
});
