import test from 'ava';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { updateMovingAverage } from '../../../harness/train/moving-average.ts';
import { scaledMovingAverage } from '../../../harness/train/settings.ts';

test('the average moves by the rate of the way, and is the weights themselves at rate 1', t => {
	const before = tf.memory().numTensors;
	const [first, second] = tf.tidy(() => [tf.variable(tf.tensor1d([0, 8])), tf.variable(tf.tensor1d([4, 8]))]);
	const shadows = new Map([['w', first]]);
	const parameters = new Map([['w', second]]);
	updateMovingAverage(shadows, parameters, 0.25);
	t.deepEqual([...first.dataSync()], [1, 8]);
	updateMovingAverage(shadows, parameters, 0.25);
	t.deepEqual([...first.dataSync()], [1.75, 8]);
	updateMovingAverage(shadows, parameters, 1);
	t.deepEqual([...first.dataSync()], [4, 8]);
	// A later change of the weights does not reach the average.
	tf.tidy(() => second.assign(tf.tensor1d([9, 9])));
	t.deepEqual([...first.dataSync()], [4, 8]);
	first.dispose();
	second.dispose();
	t.is(tf.memory().numTensors, before);
});

test('the scaled average has the proportions of the paper at its 250,000 steps', t => {
	const { emaDecay, emaStartStep } = scaledMovingAverage(250_000);
	t.is(emaStartStep, 40_000);
	t.true(Math.abs(emaDecay - 0.9999) < 1e-12);
	t.deepEqual(scaledMovingAverage(1), { emaDecay: 0, emaStartStep: 0 });
});
