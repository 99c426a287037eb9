import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { createStream } from '../../../../harness/tensor/random.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { convolvePadded } from '../../../../methods/networks/resnet-v2/convolve-padded.ts';

const draw = (name: string, shape: [number, number, number, number]): Tensor4D =>
	tf.tensor4d(createStream(1, name).normals(shape.reduce((size, extent) => size * extent, 1)), shape);

for (const stride of [1, 2] as const) {
	for (const size of [7, 8]) {
		test(`stride ${stride} on ${size} pixels equals padding with zeros, then convolving what fits`, t => {
			const before = tf.memory().numTensors;
			tf.tidy(() => {
				const x = draw('x', [2, size, size, 3]);
				const kernel = draw('kernel', [3, 3, 3, 4]);
				const plain = (image: Tensor4D, weights: Tensor4D): Tensor4D => {
					const sides: [number, number] = [1, 1];
					return tf.conv2d(tf.pad4d(image, [[0, 0], sides, sides, [0, 0]]), weights, stride, 'valid');
				};
				const results = [plain, (a: Tensor4D, b: Tensor4D) => convolvePadded(a, b, stride)].map(compute => {
					const { value, grads } = tf.valueAndGrads((a, b) =>
						tf.sum(tf.square(compute(a as Tensor4D, b as Tensor4D))),
					)([x, kernel]);
					return [value, ...grads].map(tensor => [...tensor.dataSync()]);
				});
				for (const [index, expected] of results[0].entries()) {
					const largest = Math.max(...expected.map(Math.abs));
					for (const [position, value] of expected.entries()) {
						t.true(Math.abs(results[1][index][position] - value) <= 1e-5 * largest);
					}
				}
			});
			t.is(tf.memory().numTensors, before);
		});
	}
}
