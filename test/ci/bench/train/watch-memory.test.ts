import test from 'ava';
import { judgeMemory, watchMemory } from '../../../../ci/bench/train/watch-memory.ts';

const constant = (value: number, count: number): number[] => Array.from({ length: count }, () => value);

test('a steady training is flat; the warm-up does not count', t => {
	const bytes = [1, 50, ...constant(100, 18)];
	const verdict = judgeMemory([9, 8, ...constant(7, 18)], bytes);
	t.deepEqual(verdict, { warmUpSteps: 2, tensors: [7], residentBytes: constant(100, 18), flat: true });
});

test('memory more than 5 % from its median is not flat', t => {
	t.true(judgeMemory(constant(7, 20), [...constant(100, 19), 105]).flat);
	t.false(judgeMemory(constant(7, 20), [...constant(100, 19), 105.1]).flat);
	t.false(judgeMemory(constant(7, 20), [...constant(100, 19), 94]).flat);
	// A slow leak.
	t.false(
		judgeMemory(
			constant(7, 100),
			Array.from({ length: 100 }, (_, step) => 100 + 0.2 * step),
		).flat,
	);
});

test('a changing tensor count is not flat and is shown', t => {
	const verdict = judgeMemory([...constant(7, 19), 8], constant(100, 20));
	t.false(verdict.flat);
	t.deepEqual(verdict.tensors, [7, 8]);
});

test('samples are of this process', t => {
	const memory = watchMemory();
	memory.sample(3);
	memory.sample(3);
	t.regex(memory.now(), /^3 tensors, \d+ MB$/u);
	const { residentBytes } = memory.judge();
	t.is(residentBytes.length, 1);
	t.true(residentBytes[0] > 10e6);
});
