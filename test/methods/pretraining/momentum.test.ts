import test from 'ava';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { applyMomentum, createVelocities } from '../../../methods/pretraining/momentum.ts';

test('two updates are those of TensorFlow’s MomentumOptimizer, with decay on kernels only', t => {
	const before = tf.memory().numTensors;
	const parameters = new Map([
		['a/kernel', tf.tidy(() => tf.variable(tf.tensor1d([2])))],
		['a/bias', tf.tidy(() => tf.variable(tf.tensor1d([2])))],
		['unused/kernel', tf.tidy(() => tf.variable(tf.tensor1d([2])))],
	]);
	const velocities = createVelocities(parameters);
	tf.tidy(() => {
		const gradient = tf.tensor1d([1]);
		const gradients = new Map([
			['a/kernel', gradient],
			['a/bias', gradient],
		]);
		for (const rate of [0.5, 0.25]) {
			const settings = { momentum: 0.5, weightDecay: 0.25 };
			applyMomentum(parameters, velocities, gradients, settings, tf.scalar(rate));
		}
	});
	const value = (name: string): number => parameters.get(name)!.dataSync()[0];
	// Kernel: v = 1 + 0.25·2 = 1.5, w = 2 − 0.75 = 1.25; v = 0.75 + 1 + 0.3125 = 2.0625, w = 1.25 − 0.515625.
	t.is(value('a/kernel'), 0.734375);
	// Bias: v = 1, w = 1.5; v = 1.5, w = 1.125.
	t.is(value('a/bias'), 1.125);
	t.is(value('unused/kernel'), 2);
	tf.dispose([...parameters.values(), ...velocities.values()]);
	t.is(tf.memory().numTensors, before);
});
