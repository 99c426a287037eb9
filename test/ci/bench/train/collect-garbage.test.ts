import test from 'ava';
import { growth, measureLiveMemory } from '../../../../ci/bench/train/collect-garbage.ts';

test('growth is the slope of a line, and of the line nearest to scattered values', t => {
	t.is(growth([1, 2, 3, 4], [10, 12, 14, 16]), 2);
	t.is(growth([0, 10, 20], [5, 5, 5]), 0);
	// By hand: Σ(x − 1)(y − 2) / Σ(x − 1)² = (−1·−2 + 0·1 + 1·1) / 2.
	t.is(growth([0, 1, 2], [0, 3, 3]), 1.5);
});

test('live memory counts what is referred to, and not what is garbage', t => {
	const before = measureLiveMemory();
	let held: number[] | undefined = Array.from({ length: 2_000_000 }, (_, index) => index + 0.5);
	const during = measureLiveMemory();
	t.true(during.heapBytes - before.heapBytes > 8e6 && held.length > 0);
	held = undefined;
	const after = measureLiveMemory();
	t.true(Math.abs(after.heapBytes - before.heapBytes) < 4e6);
	t.true(after.residentBytes > after.heapBytes);
});
