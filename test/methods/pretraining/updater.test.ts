import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { disposeResNetV2State, storeResNetV2State } from '../../../methods/networks/resnet-v2/state.ts';
import { createVelocities } from '../../../methods/pretraining/momentum.ts';
import { createUpdater } from '../../../methods/pretraining/updater.ts';
import { goldenImages, goldenState, readGoldenResNet } from './support/golden-resnet.ts';

for (const labelled of [true, false]) {
	test(`compiled and eager updates ${labelled ? 'with' : 'without'} labels leave the same state bit for bit`, t => {
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
			return { losses: losses.flat(), state: [...stored, ...moved] };
		});
		const [first, second] = results;
		t.deepEqual(first.state, second.state);
		// Nothing follows from the losses that are shown; TensorFlow folds constants into what computes them.
		for (const [index, loss] of first.losses.entries()) {
			t.true(Math.abs(loss - second.losses[index]) <= 1e-6 * Math.abs(loss), `loss ${index}`);
		}
		t.is(tf.memory().numTensors, before, 'tensors left behind');
	});
}

/** Parameters, velocities and moving moments, by name, after two updates of the images and labels. */
function updateTwice(
	batch: { readonly images: Tensor4D; readonly labels: Tensor2D },
	{ passes, compiled }: { readonly passes: number; readonly compiled: boolean },
) {
	const golden = readGoldenResNet().cases.small;
	// As `networkConfig` has it, so that the passes together move the moments as far as one would.
	const network = goldenState({ ...golden, normMomentum: golden.normMomentum ** (1 / passes) });
	const velocities = createVelocities(network.network.parameters);
	const settings = { weights: { rotation: 1, class: 0.5 }, momentum: 0.9, weightDecay: 0.01 };
	const updater = createUpdater({ network, velocities }, settings, { compiled, passes });
	const losses = [0.1, 0.05].map(rate =>
		tf.tidy(() => {
			const run = updater.run({ ...batch, learningRate: tf.scalar(rate) });
			return [run.total, run.rotation, run.class, run.rotationAccuracy].map(value => value.dataSync()[0]);
		}),
	);
	updater.readState();
	const state = new Map(
		[...storeResNetV2State(network)].map(([name, { values }]) => [name, [...values]] as const),
	);
	for (const [name, velocity] of velocities) state.set(`velocity/${name}`, [...velocity.dataSync()]);
	updater.dispose();
	tf.dispose([...velocities.values()]);
	disposeResNetV2State(network);
	return { losses, state };
}

for (const compiled of [true, false]) {
	test(`a batch of equal parts is updated alike in one pass and in as many, ${compiled ? 'compiled' : 'eager'}`, t => {
		const golden = readGoldenResNet().cases.small;
		const before = tf.memory().numTensors;
		const labelled = golden.labels.length;
		const batch = tf.tidy(() => {
			const images = goldenImages(golden);
			const [count, ...rest] = images.shape;
			const known = tf.slice(images, [0, 0, 0, 0], [labelled, ...rest]);
			const unknown = tf.slice(images, [labelled, 0, 0, 0], [count - labelled, ...rest]);
			const labels = tf.oneHot(tf.tensor1d(golden.labels, 'int32'), 3, 1, 0, 'float32');
			return {
				images: tf.concat([known, known, unknown, unknown]) as Tensor4D,
				labels: tf.concat([labels, labels]) as Tensor2D,
			};
		});
		const [whole, inParts] = [1, 2].map(passes => updateTwice(batch, { passes, compiled }));
		tf.dispose(batch);
		for (const [index, value] of whole.losses.flat().entries()) {
			t.true(Math.abs(value - inParts.losses.flat()[index]) < 1e-5, `loss ${index}`);
		}
		t.deepEqual([...inParts.state.keys()], [...whole.state.keys()]);
		for (const [name, values] of whole.state) {
			// TensorFlow divides a variance by one less than the number of values: 1/32 here at most.
			const tolerance = name.endsWith('/moving_variance') ? 0.02 : 1e-5;
			const largest = Math.max(
				...values.map((value, index) => Math.abs(value - inParts.state.get(name)![index])),
			);
			t.true(largest <= tolerance * Math.max(1, ...values.map(Math.abs)), `${name}: ${largest}`);
		}
		t.is(tf.memory().numTensors, before, 'tensors left behind');
	});
}
