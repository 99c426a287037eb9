import type { Tensor, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { averagePairs, insertZeros, repeatPixels } from '../../../../methods/networks/layers/resample.ts';
import { assertGolden } from '../support/golden.ts';

test('zero insertion on turned maps and its gradient equal JAX', t => {
	const turn = (x: Tensor): Tensor4D => tf.reverse(x as Tensor4D, [1, 2]);
	assertGolden(t, 'zero insertion', ({ x }) => turn(insertZeros(turn(x))));
});

test('pixel repetition and its gradient equal JAX', t => {
	assertGolden(t, 'pixel repetition', ({ x }) => repeatPixels(x as Tensor4D));
});

test('averaging pairs and its gradient equal JAX', t => {
	assertGolden(t, 'average of pairs', ({ x }) => averagePairs(x as Tensor4D));
});

test('zero insertion puts values in odd rows and columns', t => {
	const picture = tf.tidy(() => insertZeros(tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1])).dataSync());
	t.deepEqual([...picture], [0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4]);
});
