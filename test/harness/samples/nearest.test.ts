import test from 'ava';
import { nearestOf, nearestSheetPixels, pixelSpace } from '../../../harness/samples/nearest.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';

const image = (value: number) => [value, value, value];
const stored = [0, 100, 200].map(image);
const train = {
	count: 3,
	labels: new Int32Array(3),
	read: (indices: ArrayLike<number>) => Uint8Array.from(Array.from(indices).flatMap(index => stored[index]!)),
};

test('the nearest training image is found by its pixels, a copy at distance zero', t => {
	const before = tf.memory().numTensors;
	const generated = Uint8Array.from([90, 200, 149].flatMap(image));
	const pairs = nearestOf(generated, 3, train, pixelSpace(1));
	t.deepEqual(
		pairs.map(({ training }) => training),
		[1, 2, 1],
	);
	t.true(Math.abs(pairs[0].distance - (Math.sqrt(3) * 10) / 255) < 1e-5);
	t.true(pairs[1].distance < 1e-3);
	t.is(tf.memory().numTensors, before);

	const sheet = nearestSheetPixels(generated, pairs, train, 2);
	const shown = [...sheet.pixels].filter((_, index) => index % 3 === 0);
	t.deepEqual(shown, [90, 200, 100, 200, 149, 255, 100, 255]);
	t.is(sheet.count, 8);
});
