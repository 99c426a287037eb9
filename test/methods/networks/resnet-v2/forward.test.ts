import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { resNetV2Config, roots } from '../../../../methods/networks/resnet-v2/config.ts';
import { classHead, extractFeatures, rotationHead } from '../../../../methods/networks/resnet-v2/forward.ts';
import { createResNetV2State, disposeResNetV2State } from '../../../../methods/networks/resnet-v2/state.ts';
import {
	assertSummaries,
	goldenImages,
	goldenState,
	readGoldenResNet,
} from '../../pretraining/support/golden-resnet.ts';
import { assertSummary } from '../support/pseudo-random.ts';

for (const root of roots) {
	test(`the representation behind the ${root} root and the moving moments equal JAX`, t => {
		const golden = readGoldenResNet().cases[root];
		const before = tf.memory().numTensors;
		const state = goldenState(golden);
		tf.tidy(() => {
			const images = goldenImages(golden);
			assertSummary(t, 'inference', extractFeatures(state, images, 'inference'), golden.inference);
			assertSummary(t, 'training', extractFeatures(state, images, 'training'), golden.training);
			assertSummaries(t, state.moments, golden.moments);
		});
		disposeResNetV2State(state);
		t.is(tf.memory().numTensors, before, 'tensors left behind');
	});
}

test('shapes: one representation an image, four rotations, the classes', t => {
	const state = createResNetV2State(
		resNetV2Config({ widening: 0.25, unitsPerStage: [1, 1, 1], root: 'small', classes: 7 }),
		1,
	);
	tf.tidy(() => {
		for (const size of [32, 64]) {
			const features = extractFeatures(state, tf.zeros([2, size, size, 3]), 'inference');
			t.deepEqual(features.shape, [2, 64]);
			t.deepEqual(rotationHead(state, features).shape, [2, 4]);
			t.deepEqual(classHead(state, features).shape, [2, 7]);
		}
	});
	disposeResNetV2State(state);
});

test('inference changes nothing, and an image does not depend on its batch', t => {
	const golden = readGoldenResNet().cases.small;
	const state = goldenState(golden);
	const read = () => [...state.moments.values()].map(moment => [...moment.dataSync()]);
	const before = read();
	tf.tidy(() => {
		const images = goldenImages(golden);
		const together = extractFeatures(state, images, 'inference');
		const first: Tensor4D = tf.slice(images, [0, 0, 0, 0], [1, -1, -1, -1]);
		const alone: Tensor2D = extractFeatures(state, first, 'inference');
		const expected = together.dataSync().slice(0, alone.size);
		for (const [index, value] of alone.dataSync().entries()) t.true(Math.abs(value - expected[index]) < 1e-5);
	});
	t.deepEqual(read(), before);
	disposeResNetV2State(state);
});

test('a network without class head says so', t => {
	const state = createResNetV2State(
		resNetV2Config({ widening: 0.25, unitsPerStage: [1], root: 'small', classes: null }),
		1,
	);
	t.throws(() => tf.tidy(() => classHead(state, tf.zeros([1, 16]))), {
		instanceOf: RangeError,
		message: 'parameter: feature-extractor has none called classes/kernel',
	});
	disposeResNetV2State(state);
});
