import test from 'ava';
import { memorySplit } from '../../../../harness/data/memory-split.ts';
import {
	type TrainingBatch,
	trainingBatches,
} from '../../../../harness/metrics/feature-network/training-batches.ts';

// Image i of 4×4 pixels: red is 16 · i + position, green the column, blue the row.
const split = memorySplit(
	Uint8Array.from({ length: 10 * 48 }, (_, index) => {
		const position = Math.floor(index / 3) % 16;
		return [16 * Math.floor(index / 48) + position, position % 4, Math.floor(position / 4)][index % 3];
	}),
	Int32Array.from({ length: 10 }, (_, image) => image),
);

function take(
	count: number,
	options: { largestShift: number; seed?: number; batchSize?: number },
): TrainingBatch[] {
	const batches = trainingBatches(split, { resolution: 4, batchSize: 4, seed: 1, ...options });
	return Array.from({ length: count }, () => batches.next().value!);
}

test('every image comes once before any comes again, also over the border of a batch', t => {
	const labels = take(5, { largestShift: 0 }).flatMap(batch => [...batch.labels]);
	const sorted = (list: readonly number[]): number[] => [...list].sort((a, b) => a - b);
	t.deepEqual(sorted(labels.slice(0, 10)), [...split.labels]);
	t.deepEqual(sorted(labels.slice(10)), [...split.labels]);
	t.notDeepEqual(labels.slice(0, 10), labels.slice(10));
});

test('without a shift every image is itself or its mirror image', t => {
	let mirrored = 0;
	for (const { pixels, labels } of take(10, { largestShift: 0 })) {
		for (const [item, image] of labels.entries()) {
			const bytes = Array.from(pixels.subarray(item * 48, (item + 1) * 48), value => Math.round(value * 255));
			const isMirrored = bytes[1] === 3;
			if (isMirrored) mirrored++;
			for (let position = 0; position < 16; position++) {
				const column = isMirrored ? 3 - (position % 4) : position % 4;
				const source = position - (position % 4) + column;
				t.deepEqual(bytes.slice(3 * position, 3 * position + 3), [
					16 * image + source,
					column,
					Math.floor(position / 4),
				]);
			}
		}
	}
	t.true(mirrored > 8 && mirrored < 32, `${mirrored} of 40 mirrored`);
});

test('shifts reach their limit either way and repeat the border', t => {
	const firstRows = new Set<number>();
	for (const { pixels } of take(40, { largestShift: 1 })) {
		for (let item = 0; item < 4; item++) {
			const rows = [0, 1, 2, 3].map(row => Math.round(pixels[item * 48 + row * 12 + 2] * 255));
			t.true(
				[
					[0, 1, 2, 3],
					[0, 0, 1, 2],
					[1, 2, 3, 3],
				].some(expected => `${expected}` === `${rows}`),
			);
			firstRows.add(rows[1] - 1);
		}
	}
	t.deepEqual([...firstRows].sort(), [-1, 0, 1]);
});

test('equal seeds give equal batches, another seed others', t => {
	t.deepEqual(take(6, { largestShift: 1 }), take(6, { largestShift: 1 }));
	t.notDeepEqual(take(6, { largestShift: 1 }), take(6, { largestShift: 1, seed: 2 }));
});

test('a batch may be larger than the data set', t => {
	t.is(take(1, { largestShift: 0, batchSize: 25 })[0].labels.length, 25);
});
