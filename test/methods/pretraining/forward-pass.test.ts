import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { createStream } from '../../../harness/tensor/random.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { openForwardPass } from '../../../methods/pretraining/forward-pass.ts';

const images = (count: number, name: number): Tensor4D =>
	tf.tensor4d(createStream(1, 'images', name).normals(count * 12), [count, 2, 2, 3]);

/** Twelve values of each image, weighted; counts its calls. */
function network() {
	const weights = tf.tensor2d(createStream(2, 'weights').normals(60), [12, 5]);
	const calls = { count: 0 };
	const run = (batch: Tensor4D): Tensor2D => {
		calls.count += 1;
		return tf.tidy(() => tf.relu(tf.matMul(tf.reshape(batch, [-1, 12]) as Tensor2D, weights)));
	};
	return { run, calls, dispose: () => weights.dispose() };
}

for (const [total, compiled] of [
	[32, false],
	[33, true],
] as const) {
	test(`${total} images in batches of 4 ${compiled ? 'are worth a graph' : 'go by operations'}`, t => {
		tf.zeros([1]).dispose();
		const before = tf.memory().numTensors;
		const { run, calls, dispose } = network();
		const reference = network();
		const pass = openForwardPass(run, { images: total, batchSize: 4 });
		for (const [index, count] of [4, 4, 1, 3, 4].entries()) {
			const batch = images(count, index);
			const rows = pass(batch);
			t.deepEqual(rows.shape, [count, 5]);
			// A graph asks the network once, to be recorded.
			t.is(calls.count, compiled ? 1 : index + 1);
			const expected = reference.run(batch);
			t.true(tf.tidy(() => tf.max(tf.abs(tf.sub(rows, expected))).dataSync()[0]) < 1e-6);
			tf.dispose([batch, rows, expected]);
		}
		pass.dispose();
		dispose();
		reference.dispose();
		t.is(tf.memory().numTensors, before);
	});
}

test('the rows of an image do not depend on the batch that it is in', t => {
	const { run, dispose } = network();
	const pass = openForwardPass(run, { images: 100, batchSize: 6 });
	const whole = images(6, 1);
	const all = pass(whole);
	for (const count of [1, 2, 5]) {
		const part = tf.slice(whole, [0, 0, 0, 0], [count, -1, -1, -1]);
		const rows = pass(part);
		t.deepEqual(rows.dataSync(), all.dataSync().slice(0, count * 5));
		tf.dispose([part, rows]);
	}
	tf.dispose([whole, all]);
	pass.dispose();
	dispose();
});

test('a batch larger than announced is refused', t => {
	const { run, dispose } = network();
	const pass = openForwardPass(run, { images: 100, batchSize: 3 });
	const batch = images(4, 1);
	t.throws(() => pass(batch));
	tf.dispose(batch);
	pass.dispose();
	dispose();
});
