import test from 'ava';
import { memorySplit } from '../../../harness/data/memory-split.ts';
import { imageBatches } from '../../../harness/metrics/image-batches.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { pictures } from './pictures.ts';

test('every image comes once, in order, from 0 to 1', t => {
	const { test: split, resolution } = pictures;
	const sizes: number[] = [];
	let offset = 0;
	for (const images of imageBatches(split, resolution, 50)) {
		sizes.push(images.shape[0]);
		const values = images.dataSync();
		t.true(values.every((value, index) => value === Math.fround(split.pixels[offset + index] / 255)));
		offset += values.length;
		images.dispose();
	}
	t.deepEqual(sizes, [50, 50, 20]);
	t.is(offset, split.pixels.length);
});

test('a split without images gives no batch', t => {
	const empty = memorySplit(new Uint8Array(0), new Int32Array(0));
	t.deepEqual([...imageBatches(empty, 8)], []);
	t.is(tf.memory().numTensors, 0);
});
