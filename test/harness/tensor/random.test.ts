import test from 'ava';
import { createStream } from '../../../harness/tensor/random.ts';

const draws = (seed: number, ...name: (string | number)[]): number[] => {
	const stream = createStream(seed, ...name);
	return Array.from({ length: 8 }, () => stream.bits());
};

test('equal seeds and names give equal streams, anything else another one', t => {
	t.deepEqual(draws(1, 'latents', 3), draws(1, 'latents', 3));
	t.notDeepEqual(draws(1, 'latents', 3), draws(2, 'latents', 3));
	t.notDeepEqual(draws(1, 'latents', 3), draws(1, 'latents', 4));
	// Names are a path, not a text: ('a', 'b') is not ('a,b').
	t.notDeepEqual(draws(1, 'a', 'b'), draws(1, 'a,b'));
	t.notDeepEqual(draws(1, 'a', 1), draws(1, 'a', '1'));
});

test('the generator is xoshiro128**, seeded by SHA-256', t => {
	// From ci/golden/random-xoshiro.py.
	t.deepEqual(draws(1, 'golden').slice(0, 4), [1741881987, 2468808879, 2537518451, 639315640]);
});

test('seeds that TensorFlow.js would misread are refused', t => {
	for (const seed of [0, -1, 1.5, 2 ** 31, Number.NaN]) {
		t.throws(() => createStream(seed, 'x'), {
			instanceOf: RangeError,
			message: /seed: expected an integer/u,
		});
	}
});

test('normal draws have mean 0, variance 1 and a normal tail', t => {
	const values = createStream(7, 'normals').normals(200_001);
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
	const beyond = values.filter(value => Math.abs(value) > 1.959964).length / values.length;
	t.true(Math.abs(mean) < 0.01);
	t.true(Math.abs(variance - 1) < 0.02);
	t.true(Math.abs(beyond - 0.05) < 0.003);
});

test('integers cover their range evenly', t => {
	const stream = createStream(7, 'integers');
	const counts = new Array<number>(10).fill(0);
	for (let draw = 0; draw < 100_000; draw++) counts[stream.integer(10)] += 1;
	t.true(counts.every(count => Math.abs(count - 10_000) < 400));
	t.throws(() => stream.integer(0), { instanceOf: RangeError });
});

test('a permutation holds every index once', t => {
	const order = createStream(3, 'order').permutation(1000);
	t.deepEqual(
		[...order].sort((a, b) => a - b),
		Array.from({ length: 1000 }, (_, index) => index),
	);
	t.notDeepEqual([...order.slice(0, 5)], [0, 1, 2, 3, 4]);
	t.is(createStream(3, 'order').permutation(0).length, 0);
});
