import test from 'ava';
import { createStream } from '../../../../harness/tensor/random.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { drawSpreadStart } from '../../../../methods/pretraining/clustering/spread-start.ts';
import { drawBlobs } from './blobs.ts';

test('every one of well separated blobs gets a row', t => {
	tf.zeros([1]).dispose();
	const before = tf.memory().numTensors;
	const { values, labels } = drawBlobs(20, 30, 8, { separation: 30 });
	for (let seed = 1; seed <= 5; seed++) {
		const rows = drawSpreadStart(values, 8, 20, createStream(seed, 'start'));
		t.is(new Set(Array.from(rows, row => labels[row])).size, 20);
	}
	t.is(tf.memory().numTensors, before);
});

test('the first row is drawn uniformly', t => {
	const values = Float32Array.of(0, 1, 2, 1000);
	const counts = [0, 0, 0, 0];
	for (let seed = 1; seed <= 2000; seed++) counts[drawSpreadStart(values, 1, 1, createStream(seed))[0]]++;
	// 500 ± 5 standard errors.
	t.true(counts.every(count => Math.abs(count - 500) < 97));
});

test('the next row is drawn in proportion to its squared distance, then the best of two kept', t => {
	// From row 0 the others are at squared distance 0, 4 and 9. Row 2 leaves inertia 1, row 3 leaves 1: the first
	// of the two draws is kept, so row 2 must come with probability 4 / 13.
	const values = Float32Array.of(0, 0, 2, 3);
	let [starts, middle] = [0, 0];
	for (let seed = 1; seed <= 4000; seed++) {
		const [first, second] = drawSpreadStart(values, 1, 2, createStream(seed));
		if (first > 1) continue;
		starts++;
		t.true(second > 1);
		if (second === 2) middle++;
	}
	// 4 / 13 ± 5 standard errors.
	t.true(Math.abs(middle / starts - 4 / 13) < (5 * 0.4615) / Math.sqrt(starts));
});

test('copies are drawn only when nothing else is left', t => {
	const values = Float32Array.from(
		[...new Array(500).fill(0.1), 0.3, 0.7].flatMap(value => [value, 5 + value]),
	);
	const rows = drawSpreadStart(values, 2, 5, createStream(1));
	t.deepEqual(new Set(Array.from(rows.subarray(0, 3), row => values[2 * row])).size, 3);
	t.is(rows.length, 5);
});

test('the rounding of many copies does not outweigh the one row that differs', t => {
	const direction = createStream(1, 'direction').normals(300);
	const rows = [...new Array(1000).fill(1), ...new Array(1000).fill(-1), 1.004];
	const values = Float32Array.from(rows.flatMap(scale => Array.from(direction, value => scale * value)));
	for (let seed = 1; seed <= 5; seed++) {
		const drawn = drawSpreadStart(values, 300, 3, createStream(seed));
		t.is(new Set(Array.from(drawn, row => rows[row])).size, 3);
	}
});
