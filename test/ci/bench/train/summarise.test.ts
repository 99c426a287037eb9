import test from 'ava';
import { summariseTimes } from '../../../../ci/bench/train/summarise.ts';

test('median and best run over all steps of all rounds', t => {
	const summary = summariseTimes([[5, 3], [9, 4], [8]], [[10], [30], [20]], undefined);
	t.deepEqual(summary, {
		medianMilliseconds: 5,
		bestMilliseconds: 3,
		processorMilliseconds: 20,
		ratio: null,
		bestRatio: null,
	});
});

test('the ratio compares within rounds: a machine that slows down for both changes nothing', t => {
	const reference = [[10], [100], [1000]];
	const half = reference.map(round => round.map(time => time / 2));
	const { ratio, bestRatio } = summariseTimes(half, reference, reference);
	t.is(ratio, 0.5);
	t.is(bestRatio, 0.5);
	// Overall medians would say 0.05 here.
	t.is(summariseTimes([[5], [5], [1000]], reference, reference).ratio, 0.5);
});
