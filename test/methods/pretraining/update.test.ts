import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { roots } from '../../../methods/networks/resnet-v2/config.ts';
import { disposeResNetV2State, storeResNetV2State } from '../../../methods/networks/resnet-v2/state.ts';
import { createVelocities } from '../../../methods/pretraining/momentum.ts';
import { pretrainingUpdate } from '../../../methods/pretraining/update.ts';
import { assertSummaries, goldenImages, goldenState, readGoldenResNet } from './support/golden-resnet.ts';

for (const root of roots) {
	test(`two updates by Eq. 2 behind the ${root} root equal JAX`, t => {
		const golden = readGoldenResNet().cases[root];
		const { momentum, weightDecay, gamma, rates } = golden.settings;
		const before = tf.memory().numTensors;
		const network = goldenState(golden);
		const velocities = createVelocities(network.network.parameters);
		const settings = { weights: { rotation: 1, class: gamma }, momentum, weightDecay };
		for (const [index, rate] of rates.entries()) {
			tf.tidy(() => {
				const labels = tf.oneHot(tf.tensor1d(golden.labels, 'int32'), golden.config.classes);
				const losses = pretrainingUpdate(
					{ network, velocities },
					{
						images: goldenImages(golden),
						labels: tf.cast(labels, 'float32') as Tensor2D,
						learningRate: tf.scalar(rate),
					},
					settings,
				);
				for (const name of ['total', 'rotation', 'class'] as const) {
					const difference = Math.abs(losses[name].dataSync()[0] - golden.losses[index][name]);
					t.true(difference < 1e-4, `${name} of update ${index + 1} is off by ${difference}`);
				}
			});
		}
		assertSummaries(t, network.network.parameters, golden.parametersAfter);
		assertSummaries(t, velocities, golden.velocitiesAfter);
		assertSummaries(t, network.moments, golden.momentsAfter);
		tf.dispose([...velocities.values()]);
		disposeResNetV2State(network);
		t.is(tf.memory().numTensors, before, 'tensors left behind');
	});
}

test('the gradients of Eq. 2 equal JAX', t => {
	const golden = readGoldenResNet().cases.small;
	const network = goldenState(golden);
	const velocities = createVelocities(network.network.parameters);
	tf.tidy(() => {
		const labels = tf.oneHot(tf.tensor1d(golden.labels, 'int32'), golden.config.classes, 1, 0, 'float32');
		const inputs = {
			images: goldenImages(golden),
			labels: labels as Tensor2D,
			learningRate: tf.scalar(0),
		};
		const weights = { rotation: 1, class: golden.settings.gamma };
		pretrainingUpdate({ network, velocities }, inputs, { weights, momentum: 0, weightDecay: 0 });
	});
	// Without momentum and decay a velocity is the gradient.
	assertSummaries(t, velocities, golden.gradients);
	tf.dispose([...velocities.values()]);
	disposeResNetV2State(network);
});

test('at step size 0 no parameter changes by one bit, but the moments move', t => {
	const golden = readGoldenResNet().cases.small;
	const network = goldenState(golden);
	const velocities = createVelocities(network.network.parameters);
	const before = storeResNetV2State(network);
	tf.tidy(() => {
		pretrainingUpdate(
			{ network, velocities },
			{ images: goldenImages(golden), labels: tf.zeros([0, 0]), learningRate: tf.scalar(0) },
			{ weights: { rotation: 1, class: 0.5 }, momentum: 0.9, weightDecay: 0.1 },
		);
	});
	for (const [name, { values }] of storeResNetV2State(network)) {
		const unchanged = values.every((value, index) => value === before.get(name)!.values[index]);
		t.is(unchanged, !name.includes('/moving_'), name);
	}
	tf.dispose([...velocities.values()]);
	disposeResNetV2State(network);
});

test('without labels the class head gets no gradient', t => {
	const golden = readGoldenResNet().cases.small;
	const network = goldenState(golden);
	const velocities = createVelocities(network.network.parameters);
	tf.tidy(() => {
		const losses = pretrainingUpdate(
			{ network, velocities },
			{ images: goldenImages(golden), labels: tf.zeros([0, 0]), learningRate: tf.scalar(0.1) },
			{ weights: { rotation: 1, class: 0.5 }, momentum: 0.9, weightDecay: 0 },
		);
		t.is(losses.class.dataSync()[0], 0);
		t.true(Number.isFinite(losses.total.dataSync()[0]));
	});
	t.true(
		velocities
			.get('classes/kernel')!
			.dataSync()
			.every(value => value === 0),
	);
	t.false(
		velocities
			.get('rotations/kernel')!
			.dataSync()
			.every(value => value === 0),
	);
	tf.dispose([...velocities.values()]);
	disposeResNetV2State(network);
});
