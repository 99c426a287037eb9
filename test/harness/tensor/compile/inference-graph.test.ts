import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import test, { type ExecutionContext } from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { recordInference } from '../../../../harness/tensor/compile/inference-graph.ts';
import type { Step } from '../../../../harness/tensor/compile/record-step.ts';
import { encodeSavedModel } from '../../../../harness/tensor/compile/saved-model.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';

/** Writes the recorded graph and loads it again as any user of TensorFlow would. */
async function reload(t: ExecutionContext, step: Step, inputs: Parameters<typeof recordInference>[1]) {
	const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-inference-'));
	t.teardown(() => rmSync(folder, { recursive: true }));
	const { nodes, signature } = recordInference(step, inputs);
	writeFileSync(path.join(folder, 'saved_model.pb'), encodeSavedModel(nodes, { serving_default: signature }));
	const model = await tf.node.loadSavedModel(folder);
	t.teardown(() => model.dispose());
	return { model, signature };
}

test.serial('a recorded function takes batches of any size, whatever it does with their number', async t => {
	const before = tf.memory().numTensors;
	const large = tf.tidy(() => tf.reshape(tf.range(0, 3 * 2000), [3, 2000])) as Tensor2D;
	const step: Step = ({ x, labels }) => {
		const [count] = x.shape;
		// The number of images in a reshape, in a constant and in the numbers themselves.
		const product = tf.matMul(tf.reshape(x as Tensor2D, [count, 3]), large);
		const padded = tf.concat([tf.reshape(product, [count * 2, 1000]), tf.ones([count * 2, 1])], 1);
		const rows = tf.cast(tf.oneHot(labels as ReturnType<typeof tf.tensor1d>, 4), 'float32');
		return { y: tf.reshape(padded, [count, 2 * 1001]), rows };
	};
	const { model, signature } = await reload(t, step, {
		x: { shape: [3] },
		labels: { shape: [], dtype: 'int32' },
	});
	t.deepEqual(signature.inputs.x!.shape, [-1, 3]);
	t.deepEqual(signature.outputs.y!.shape, [-1, 2002]);
	for (const count of [1, 2, 7, 20]) {
		tf.tidy(() => {
			const inputs = {
				x: tf.reshape(tf.range(0, 3 * count), [count, 3]) as Tensor,
				labels: tf.tensor1d(
					Array.from({ length: count }, (_, index) => index % 4),
					'int32',
				) as Tensor,
			};
			const expected = step(inputs);
			const actual = model.predict(inputs) as Record<string, Tensor>;
			for (const name of ['y', 'rows']) {
				t.deepEqual(actual[name]!.shape, expected[name]!.shape);
				t.deepEqual(actual[name]!.dataSync(), expected[name]!.dataSync(), `${name} of ${count}`);
			}
		});
	}
	large.dispose();
	t.is(tf.memory().numTensors, before);
});

test.serial('a function that does something else for other batches is refused', t => {
	const before = tf.memory().numTensors;
	const more: Step = ({ x }) => {
		let y = x;
		for (let index = 0; index < x.shape[0]; index++) y = tf.add(tf.square(y), index);
		return { y };
	};
	t.throws(() => recordInference(more, { x: { shape: [3] } }), {
		instanceOf: UsageError,
		message: /the graphs of 7, 11, 13 images are not the same: it has other operations/u,
	});
	const growing: Step = ({ x }) => ({
		y: tf.mul(
			x,
			tf.tensor2d(
				Array.from({ length: x.shape[0] }, (_, index) => index),
				[x.shape[0]!, 1],
			),
		),
	});
	t.throws(() => recordInference(growing, { x: { shape: [3] } }), {
		message: /a constant grows with the batch/u,
	});
	const square: Step = ({ x }) => ({ y: tf.reshape(tf.sum(tf.tile(x, [x.shape[0]! ** 2, 1])), [1]) });
	t.throws(() => recordInference(square, { x: { shape: [3] } }), {
		message: /a constant is no linear function of the batch/u,
	});
	t.is(tf.memory().numTensors, before);
});
