import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { disposeResNetV2State, storeResNetV2State } from '../../../methods/networks/resnet-v2/state.ts';
import { createVelocities } from '../../../methods/pretraining/momentum.ts';
import { createUpdater } from '../../../methods/pretraining/updater.ts';
import { goldenImages, goldenState, readGoldenResNet } from './support/golden-resnet.ts';

for (const labelled of [true, false]) {
	test(`compiled and eager updates ${labelled ? 'with' : 'without'} labels are the same bit for bit`, t => {
		const golden = readGoldenResNet().cases.small;
		const settings = { weights: { rotation: 1, class: 0.5 }, momentum: 0.9, weightDecay: 0.01 };
		const before = tf.memory().numTensors;
		const results = [true, false].map(compiled => {
			const network = goldenState(golden);
			const velocities = createVelocities(network.network.parameters);
			const updater = createUpdater({ network, velocities }, settings, { compiled });
			const losses = [0.1, 0.05, 0.02].map(rate =>
				tf.tidy(() => {
					const oneHot = tf.oneHot(tf.tensor1d(golden.labels, 'int32'), 3, 1, 0, 'float32');
					const run = updater.run({
						images: goldenImages(golden),
						labels: (labelled ? oneHot : tf.zeros([0, 0])) as Tensor2D,
						learningRate: tf.scalar(rate),
					});
					return [run.total, run.rotation, run.class, run.rotationAccuracy].map(
						scalar => scalar.dataSync()[0],
					);
				}),
			);
			updater.readState();
			const stored = [...storeResNetV2State(network).values()].flatMap(({ values }) => [...values]);
			const moved = [...velocities.values()].flatMap(velocity => [...velocity.dataSync()]);
			updater.dispose();
			tf.dispose([...velocities.values()]);
			disposeResNetV2State(network);
			return [...losses.flat(), ...stored, ...moved];
		});
		t.is(results[0].length, results[1].length);
		for (const [index, value] of results[0].entries()) {
			t.true(Math.abs(value - results[1][index]) < 1e-5, `value ${index}`);
		}
		t.is(tf.memory().numTensors, before, 'tensors left behind');
	});
}
