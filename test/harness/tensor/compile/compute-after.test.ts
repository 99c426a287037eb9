import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { compile } from '../../../../harness/tensor/compile/compile.ts';
import { computeAfter } from '../../../../harness/tensor/compile/compute-after.ts';
import { createGraphBuilder } from '../../../../harness/tensor/compile/graph.ts';
import { recordStep } from '../../../../harness/tensor/compile/record-step.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';

test.serial('operation by operation the tensors are the given ones', t => {
	const before = tf.memory().numTensors;
	const [first, second] = [tf.scalar(1), tf.scalar(2)];
	t.is(computeAfter([first], [second])[0], first);
	tf.dispose([first, second]);
	t.is(tf.memory().numTensors, before);
});

/** e^b, and a that waits for it. */
const step = ({ a, b }: Readonly<Record<string, Tensor>>): Record<string, Tensor> =>
	tf.tidy(() => {
		const first = tf.exp(b);
		const [late] = computeAfter([a], [first, first]);
		return { first, second: tf.neg(late) };
	});
const inputs = { a: { shape: [2] }, b: { shape: [3] } };

test.serial('in a graph they wait for the others, once each', t => {
	const before = tf.memory().numTensors;
	const graph = createGraphBuilder();
	const capture = () => t.fail() as never;
	recordStep({ graph, name: 'step', step, inputs, state: new Map(), fence: 'fence', capture });
	const exponential = graph.nodes.find(({ operation }) => operation === 'Exp')!;
	const identity = graph.nodes.find(({ operation }) => operation === 'Identity')!;
	t.deepEqual(identity.inputs, ['step/a:0', `^${exponential.name}`]);
	t.deepEqual(graph.nodes.find(({ operation }) => operation === 'Neg')!.inputs, [`${identity.name}:0`]);
	t.is(tf.memory().numTensors, before);
});

test.serial('a compiled step computes what the step does', t => {
	const before = tf.memory().numTensors;
	const compiled = compile(step, { state: new Map(), inputs });
	tf.tidy(() => {
		const { first, second } = compiled({ a: tf.tensor1d([1, 2]), b: tf.zeros([3]) });
		t.deepEqual([...first.dataSync()], [1, 1, 1]);
		t.deepEqual([...second.dataSync()], [-1, -2]);
	});
	compiled.dispose();
	t.is(tf.memory().numTensors, before);
});
