import test from 'ava';
import { memorySplit } from '../../../harness/data/memory-split.ts';
import { splitStatistics } from '../../../harness/data/split-statistics.ts';

test('counts, means and deviations of each channel', t => {
	// Two images of two pixels.
	const split = memorySplit(
		Uint8Array.of(0, 10, 255, 100, 10, 255, 0, 10, 255, 100, 10, 0),
		Int32Array.of(2, 2),
	);
	const { count, perClass, mean, std } = splitStatistics(split, 3);
	t.is(count, 2);
	t.deepEqual(perClass, [0, 0, 2]);
	const close = (values: readonly number[], expected: readonly number[]): void => {
		for (const [index, value] of values.entries()) t.true(Math.abs(value * 255 - expected[index]) < 1e-9);
	};
	close(mean, [50, 10, 191.25]);
	close(std, [50, 0, 255 * Math.sqrt(3 / 16)]);
});

test('every image is counted once, whatever is read together', t => {
	const split = memorySplit(
		Uint8Array.from({ length: 700 * 3 }, (_, index) => Math.floor(index / 3) % 256),
		new Int32Array(700),
	);
	const done: number[] = [];
	const { mean } = splitStatistics(split, 1, images => done.push(images));
	t.deepEqual(done, [256, 512, 700]);
	let sum = 0;
	for (let image = 0; image < 700; image++) sum += image % 256;
	t.true(Math.abs(mean[0] - sum / 700 / 255) < 1e-12);
});
