import type { Scalar, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import {
	batchNormalizationEpsilon,
	normalizeBatch,
} from '../../../../harness/metrics/feature-network/batch-normalization.ts';
import { createStream } from '../../../../harness/tensor/random.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';

const shape: [number, number, number, number] = [3, 4, 4, 2];
const draw = (name: string, count: number): Float32Array => createStream(9, 'test', name).normals(count);
const inputs = () =>
	[tf.tensor4d(draw('map', 96), shape), tf.tensor1d([0.7, 1.5]), tf.tensor1d([0.1, -0.4])] as const;

// The same from plain operations, whose gradients TensorFlow.js knows.
function plainNormalization(map: Tensor4D, scale: Tensor1D, offset: Tensor1D): Tensor4D {
	const { mean, variance } = tf.moments(map, [0, 1, 2]);
	const standard = tf.div(tf.sub(map, mean), tf.sqrt(tf.add(variance, batchNormalizationEpsilon)));
	return tf.add(tf.mul(standard, scale), offset);
}

const largestDifference = (a: Tensor, b: Tensor): number => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0];

test('output and moments are those of the batch, the variance unbiased', t => {
	tf.tidy(() => {
		const [map, scale, offset] = inputs();
		const { normalized, mean, variance } = normalizeBatch(map, scale, offset);
		t.true(largestDifference(normalized, plainNormalization(map, scale, offset)) < 1e-5);
		const moments = tf.moments(map, [0, 1, 2]);
		t.true(largestDifference(mean, moments.mean) < 1e-6);
		t.true(largestDifference(variance, tf.mul(moments.variance, 48 / 47)) < 1e-5);
	});
});

test('all three gradients are those of the plain operations', t => {
	tf.zeros([1]).dispose();
	const before = tf.memory().numTensors;
	tf.tidy(() => {
		const weights = tf.tensor4d(draw('weights', 96), shape);
		const gradientsOf = (normalize: (map: Tensor4D, scale: Tensor1D, offset: Tensor1D) => Tensor4D) =>
			tf.grads(
				(map, scale, offset) =>
					tf.sum(
						tf.mul(weights, normalize(map as Tensor4D, scale as Tensor1D, offset as Tensor1D)),
					) as Scalar,
			)([...inputs()]);
		const fused = gradientsOf((...tensors) => normalizeBatch(...tensors).normalized);
		const plain = gradientsOf(plainNormalization);
		for (const [index, gradient] of fused.entries()) {
			t.deepEqual(gradient.shape, plain[index].shape);
			t.true(largestDifference(gradient, plain[index]) < 2e-5);
			t.true(tf.max(tf.abs(plain[index])).dataSync()[0] > 0.1);
		}
	});
	t.is(tf.memory().numTensors, before);
});
