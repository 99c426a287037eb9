import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { compileRepeated } from '../../../../harness/tensor/compile/compile-repeated.ts';
import { createStream } from '../../../../harness/tensor/random.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';

const matrix = (rows: number, name: number): Tensor =>
	tf.tensor2d(createStream(1, 'matrix', name).normals(rows * 40), [rows, 40]);

test('shapes that come again are compiled, each for itself; the numbers are the same bit for bit', t => {
	tf.zeros([1]).dispose();
	const before = tf.memory().numTensors;
	const weights = matrix(30, 0);
	let calls = 0;
	const step = ({ rows }: Readonly<Record<string, Tensor>>) => {
		calls += 1;
		return tf.tidy(() => {
			const products = tf.matMul(rows, weights, false, true);
			return { least: tf.min(products, 1), which: tf.argMin(products, 1) };
		});
	};
	const repeated = compileRepeated(step, { patience: 2 });
	const run = (counts: readonly number[]): number => {
		let eager = 0;
		for (const [index, count] of counts.entries()) {
			const rows = matrix(count, index);
			const expected = step({ rows });
			const callsBefore = calls;
			const got = repeated({ rows });
			eager += calls - callsBefore;
			t.deepEqual(got.least.dataSync(), expected.least.dataSync());
			t.deepEqual(got.which.dataSync(), expected.which.dataSync());
			t.is(got.which.dtype, 'int32');
			tf.dispose([rows, expected, got]);
		}
		return eager;
	};
	// 6 and 5 rows: two by operations and one to record each; 1 row: by operations.
	t.is(run([6, 6, 5, 6, 6, 1, 5, 6, 5, 5]), 7);
	repeated.dispose();
	t.is(run([6]), 1);
	repeated.dispose();
	weights.dispose();
	t.is(tf.memory().numTensors, before);
});

test('without patience the first run is compiled already', t => {
	let calls = 0;
	const doubled = compileRepeated(
		({ x }) => {
			calls += 1;
			return { twice: tf.add(x, x) };
		},
		{ patience: 0 },
	);
	for (const value of [1, 2, 3]) {
		const x = tf.tensor1d([value]);
		const { twice } = doubled({ x });
		t.is(twice.dataSync()[0], 2 * value);
		tf.dispose([x, twice]);
	}
	t.is(calls, 1);
	doubled.dispose();
});
