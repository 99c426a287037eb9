import type { Scalar, Tensor } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import {
	accumulate,
	createGradientSums,
	disposeGradientSums,
	takeSums,
} from '../../../harness/train/gradient-sums.ts';

test('the gradients of the parts of a batch sum to that of the batch, and are taken once', t => {
	const before = tf.memory().numTensors;
	const weight = tf.tidy(() => tf.variable(tf.scalar(3)));
	const sums = createGradientSums(new Map([['w', weight]]));
	// Mean of (w x)² over the rows: gradient 2 w mean(x²).
	const part = (rows: number[]) => () => {
		const loss = (): Scalar => tf.mean(tf.square(tf.mul(weight, tf.tensor1d(rows))));
		const { value, grads } = tf.variableGrads(loss, [weight]);
		return { gradients: new Map<string, Tensor>([['w', grads[weight.name]]]), losses: { total: value } };
	};
	const losses = [
		[1, 2],
		[3, 4],
	].map(rows => tf.tidy(() => accumulate(sums, 0.5, part(rows)).total.dataSync()[0]));
	t.deepEqual(losses, [22.5, 112.5]);
	let taken: number | undefined;
	takeSums(sums, gradients => {
		taken = gradients.get('w')!.dataSync()[0];
	});
	t.is(taken, 2 * 3 * ((1 + 4 + 9 + 16) / 4));
	t.is(sums.get('w')!.dataSync()[0], 0);
	disposeGradientSums(sums);
	weight.dispose();
	t.is(tf.memory().numTensors, before);
});
