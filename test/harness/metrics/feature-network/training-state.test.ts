import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { describeConvolutions } from '../../../../harness/metrics/feature-network/architecture.ts';
import { createFeatureNetwork } from '../../../../harness/metrics/feature-network/feature-network.ts';
import {
	createTrainingState,
	disposeTrainingState,
	foldWeights,
	trainingLogits,
} from '../../../../harness/metrics/feature-network/training-state.ts';
import { createStream } from '../../../../harness/tensor/random.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { smallOptions } from './options.ts';

const convolutions = describeConvolutions(smallOptions, 8);
const createState = (seed: number) => createTrainingState(convolutions, { dimension: 16, classes: 3 }, seed);

test('kernels have the variance of He and follow the seed', t => {
	const state = createState(1);
	const [same, other] = [createState(1), createState(2)];
	const kernel = (from: typeof state): Float32Array =>
		from.parameters.get('stage1/plain/kernel')!.dataSync() as Float32Array;
	t.deepEqual(kernel(same), kernel(state));
	t.notDeepEqual(kernel(other), kernel(state));
	const variance = kernel(state).reduce((sum, value) => sum + value * value, 0) / kernel(state).length;
	// 2304 draws: relative standard error 3 %.
	t.true(Math.abs(variance / (2 / (9 * 16)) - 1) < 0.1);
	for (const used of [state, same, other]) disposeTrainingState(used);
});

test('once the running moments have settled, the folded network gives the logits of training', t => {
	tf.zeros([1]).dispose();
	const before = tf.memory().numTensors;
	const state = createState(1);
	tf.tidy(() => {
		const images = tf.tensor4d(
			createStream(1, 'images')
				.normals(40 * 192)
				.map(value => 0.5 + 0.2 * value),
			[40, 8, 8, 3],
		) as Tensor4D;
		state.parameters
			.get('logits/kernel')!
			.assign(tf.tensor2d(createStream(1, 'logits').normals(48), [16, 3]));
		state.parameters.get('stem/scale')!.assign(tf.linspace(0.5, 1.5, 8));
		state.parameters.get('stage1/down/offset')!.assign(tf.linspace(-0.3, 0.3, 16));
		for (let pass = 0; pass < 150; pass++) tf.tidy(() => void trainingLogits(state, images));
		const expected = trainingLogits(state, images);
		const description = {
			recipeVersion: 1,
			dataSetDigest: '',
			resolution: 8,
			classes: 3,
			options: smallOptions,
			testAccuracy: 0,
		};
		const network = createFeatureNetwork(description, foldWeights(state));
		const { logits } = network.extract(images);
		// The variances differ by the divisor n - 1 instead of n, n = 40 · 4 · 4.
		t.true(tf.max(tf.abs(tf.sub(logits, expected))).dataSync()[0] < 5e-3);
		t.true(tf.max(tf.abs(expected)).dataSync()[0] > 0.5);
		network.dispose();
	});
	disposeTrainingState(state);
	t.is(tf.memory().numTensors, before);
});
