import test from 'ava';
import { createBatches } from '../../../harness/data/batches.ts';
import { memorySplit } from '../../../harness/data/memory-split.ts';
import { UsageError } from '../../../harness/errors.ts';

const resolution = 2;
const imageValues = 12;
/** 23 images; image i starts with byte i and has label i mod 5. */
const split = memorySplit(
	Uint8Array.from({ length: 23 * imageValues }, (_, value) =>
		value % imageValues === 0 ? value / imageValues : (value * 13) % 256,
	),
	Int32Array.from({ length: 23 }, (_, index) => index % 5),
);
const options = { batchSize: 5, seed: 1, name: 'test', resolution };

test('an epoch draws every image at most once, and what remains is dropped', t => {
	const batches = createBatches(split, options);
	t.is(batches.batchesPerEpoch, 4);
	for (const epoch of [0, 1, 2]) {
		const drawn = [0, 1, 2, 3].flatMap(step => [...batches.at(epoch * 4 + step).indices]);
		t.is(new Set(drawn).size, 20);
		t.true(drawn.every(index => index < 23));
	}
});

test('an epoch of whole batches draws every image exactly once', t => {
	const subset = Uint32Array.from({ length: 20 }, (_, position) => position + 2);
	const batches = createBatches(split, { ...options, subset });
	const drawn = [4, 5, 6, 7].flatMap(step => [...batches.at(step).indices]).sort((a, b) => a - b);
	t.deepEqual(drawn, [...subset]);
});

test('every epoch has another order', t => {
	const batches = createBatches(split, { ...options, batchSize: 23 });
	t.notDeepEqual(batches.at(0).indices, batches.at(1).indices);
	t.deepEqual(batches.at(0).indices.slice().sort(), batches.at(1).indices.slice().sort());
});

test('a batch depends on nothing but its number', t => {
	const forward = createBatches(split, options);
	const inOrder = [0, 1, 2, 3, 4, 5, 6, 7, 8].map(index => forward.at(index));
	const jumping = createBatches(split, options);
	for (const index of [8, 0, 5, 5, 3]) t.deepEqual(jumping.at(index), inOrder[index]);
	// What a caller does to a batch does not reach the next one.
	inOrder[3].pixels.fill(-1);
	t.notDeepEqual(forward.at(3), inOrder[3]);
	t.deepEqual(forward.at(3), jumping.at(3));
});

test('seed and name give other orders', t => {
	const first = createBatches(split, options).at(0).indices;
	t.notDeepEqual(createBatches(split, { ...options, seed: 2 }).at(0).indices, first);
	t.notDeepEqual(createBatches(split, { ...options, name: 'other' }).at(0).indices, first);
});

test('pixels are bytes over 255, with the labels of their images', t => {
	const { pixels, labels, indices } = createBatches(split, options).at(2);
	t.is(pixels.length, 5 * imageValues);
	for (const [position, index] of indices.entries()) {
		t.is(labels[position], index % 5);
		for (let value = 0; value < imageValues; value++) {
			t.is(
				pixels[position * imageValues + value],
				Math.fround(split.pixels[index * imageValues + value] / 255),
			);
		}
	}
});

test('a subset restricts what is drawn', t => {
	const subset = Uint32Array.of(3, 7, 11, 20);
	const batches = createBatches(split, { ...options, batchSize: 2, subset });
	t.is(batches.batchesPerEpoch, 2);
	for (let index = 0; index < 10; index++) {
		t.true(batches.at(index).indices.every(image => subset.includes(image)));
	}
});

test('a batch larger than the images to draw from is refused', t => {
	t.throws(() => createBatches(split, { ...options, batchSize: 24 }), {
		instanceOf: UsageError,
		message: 'batch size: expected a whole number from 1 to 23 (the images to draw from), got 24',
	});
	t.throws(() => createBatches(split, { ...options, subset: Uint32Array.of(1, 2) }), {
		instanceOf: UsageError,
		message: 'batch size: expected a whole number from 1 to 2 (the images to draw from), got 5',
	});
	t.throws(() => createBatches(split, { ...options, batchSize: 0 }), { instanceOf: UsageError });
});

test('a resolution that the pixels do not have, a subset index outside of the split, or a bad number are refused', t => {
	t.throws(() => createBatches(split, { ...options, resolution: 3 }), {
		instanceOf: RangeError,
		message: 'pixels: expected 23 images of 3×3×3, got 276 bytes',
	});
	t.throws(() => createBatches(split, { ...options, batchSize: 1, subset: Uint32Array.of(23) }), {
		instanceOf: RangeError,
		message: 'subset: expected indices below 23, got 23',
	});
	for (const index of [-1, 0.5, Number.NaN]) {
		t.throws(() => createBatches(split, options).at(index), {
			instanceOf: RangeError,
			message: `batch index: expected a whole number from 0, got ${index}`,
		});
	}
});
