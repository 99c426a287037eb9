import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NamedTensorMap, Scalar, Tensor, Tensor1D, Tensor4D, Variable } from '@tensorflow/tfjs-node-gpu';
import type { DataSet, ImageSplit } from '../../data/data-set.ts';
import { RunFailedError, UsageError } from '../../errors.ts';
import { compile } from '../../tensor/compile/compile.ts';
import type { Step } from '../../tensor/compile/record-step.ts';
import { tf } from '../../tensor/tensorflow.ts';
import { imageBatches } from '../image-batches.ts';
import { describeConvolutions } from './architecture.ts';
import { createFeatureNetwork, type FeatureNetwork } from './feature-network.ts';
import { requireFeatureNetworkOptions } from './options-schema.ts';
import { type FeatureNetworkOptions, recipeVersion } from './presets.ts';
import { trainingBatches } from './training-batches.ts';
import {
	createTrainingState,
	disposeTrainingState,
	foldWeights,
	type TrainingState,
	trainingLogits,
} from './training-state.ts';

export interface FeatureNetworkProgress {
	/** Updates done. */
	readonly step: number;
	/** Updates in all. */
	readonly steps: number;
	/** Part of the updates that is done, in (0, 1]. */
	readonly fraction: number;
	/** Mean cross-entropy since the last report, in nats. */
	readonly loss: number;
	/** The same for people. */
	readonly text: string;
}

// Updates between two reports.
const reportInterval = 20;

/** Rises from 0 over the first fifth, then falls to 0, both in a straight line. */
function learningRateAt(step: number, steps: number, largest: number): number {
	const peak = Math.max(1, steps / 5);
	return largest * Math.min((step + 1) / peak, (steps - step) / Math.max(1, steps - peak), 1);
}

/** Nesterov momentum on every parameter, weight decay on the kernels. */
function applyGradients(
	parameters: ReadonlyMap<string, Variable>,
	velocities: ReadonlyMap<string, Variable>,
	gradients: NamedTensorMap,
	options: FeatureNetworkOptions & { readonly currentRate: Tensor },
): void {
	const { momentum, weightDecay, currentRate } = options;
	tf.tidy(() => {
		for (const [name, parameter] of parameters) {
			const velocity = velocities.get(name)!;
			const plain = gradients[parameter.name];
			const gradient = name.endsWith('/kernel') ? tf.add(plain, tf.mul(parameter, weightDecay)) : plain;
			velocity.assign(tf.add(tf.mul(velocity, momentum), gradient));
			const direction = tf.add(gradient, tf.mul(velocity, momentum));
			parameter.assign(tf.sub(parameter, tf.mul(direction, currentRate)));
		}
	});
}

/** Everything that an update assigns, by name. */
function namedVariables(
	{ parameters, moments }: TrainingState,
	velocities: ReadonlyMap<string, Variable>,
): Map<string, Variable> {
	return new Map([
		...parameters,
		...moments,
		...[...velocities].map(([name, velocity]) => [`${name}/velocity`, velocity] as const),
	]);
}

function requireTrainable({ train, test, classNames, resolution }: DataSet): void {
	if (resolution < 8) throw new UsageError(`resolution: expected at least 8 pixels, got ${resolution}`);
	if (classNames.length < 2) {
		throw new UsageError(
			`classes: expected at least 2, got ${classNames.length}`,
			'proxy scores need labels',
		);
	}
	for (const [name, split] of Object.entries({ train, test })) {
		if (split.count === 0) throw new UsageError(`${name} images: expected at least 1, got 0`);
	}
}

function accuracyOn(network: FeatureNetwork, split: ImageSplit): number {
	let right = 0;
	let start = 0;
	for (const images of imageBatches(split, network.resolution)) {
		const predictions = tf.tidy(() => tf.argMax(network.extract(images).logits, 1).dataSync());
		for (const [index, prediction] of predictions.entries()) {
			if (prediction === split.labels[start + index]) right++;
		}
		start += images.shape[0];
		images.dispose();
	}
	return right / split.count;
}

/**
 * Trains the feature network of a data set: convolutions with batch normalisation, SGD with Nesterov momentum,
 * cross-entropy. Equal data and options give the same network bit for bit on the same machine and library; on
 * another machine the weights differ in their last digits, and so does the fingerprint.
 *
 * @param onProgress called every 20 updates and after the last
 * @param eager runs operation by operation instead of as a TensorFlow graph; the network is the same
 * @throws UsageError if an option is out of range, or the data set has no images, fewer than two classes, or
 * too few pixels
 * @throws RunFailedError if the loss is not finite, with the update
 */
export async function trainFeatureNetwork(
	dataSet: DataSet,
	options: FeatureNetworkOptions,
	onProgress: (progress: FeatureNetworkProgress) => void = () => {},
	eager = false,
): Promise<FeatureNetwork> {
	requireFeatureNetworkOptions(options);
	requireTrainable(dataSet);
	const { resolution, train, test } = dataSet;
	const classes = dataSet.classNames.length;
	const { batchSize, seed, largestShift } = options;
	const steps = Math.max(1, Math.round(options.imagesSeen / batchSize));
	const state = createTrainingState(
		describeConvolutions(options, resolution),
		{ dimension: options.dimension, classes },
		seed,
	);
	const velocities = new Map<string, Variable>();
	for (const [name, { shape }] of state.parameters) {
		velocities.set(
			name,
			tf.tidy(() => tf.variable(tf.zeros(shape), false)),
		);
	}
	const trainable = [...state.parameters.values()];

	const step: Step = ({ images, targets, rate }) => {
		const { value, grads } = tf.variableGrads(() => {
			const logProbabilities = tf.logSoftmax(trainingLogits(state, images as Tensor4D));
			return tf.div(tf.neg(tf.sum(tf.mul(logProbabilities, targets))), batchSize) as Scalar;
		}, trainable);
		applyGradients(state.parameters, velocities, grads, { ...options, currentRate: rate });
		return { loss: value };
	};
	const imageShape: [number, number, number, number] = [batchSize, resolution, resolution, 3];
	const program = eager
		? undefined
		: compile(inputs => tf.tidy(() => step(inputs) as { loss: Tensor }), {
				state: namedVariables(state, velocities),
				inputs: {
					images: { shape: imageShape },
					targets: { shape: [batchSize, classes] },
					rate: { shape: [] },
				},
			});
	const update = (index: number, pixels: Float32Array, labels: Int32Array): number =>
		tf.tidy(() => {
			const inputs = {
				images: tf.tensor4d(pixels, imageShape),
				targets: tf.oneHot(tf.tensor1d(labels, 'int32') as Tensor1D, classes, 1, 0, 'float32'),
				rate: tf.scalar(learningRateAt(index, steps, options.learningRate)),
			};
			return (program ?? step)(inputs).loss.dataSync()[0];
		});

	try {
		const batches = trainingBatches(train, { resolution, batchSize, largestShift, seed });
		let lossSum = 0;
		let lossCount = 0;
		for (let index = 0; index < steps; index++) {
			const { pixels, labels } = batches.next().value!;
			const loss = update(index, pixels, labels);
			if (!Number.isFinite(loss)) {
				throw new RunFailedError(
					`feature network: the loss is ${loss} at update ${index + 1} of ${steps}`,
					`train it with a smaller learning rate than ${options.learningRate}`,
				);
			}
			lossSum += loss;
			lossCount++;
			if ((index + 1) % reportInterval === 0 || index + 1 === steps) {
				const mean = lossSum / lossCount;
				const text = `update ${index + 1}/${steps}, loss ${mean.toFixed(3)}`;
				onProgress({ step: index + 1, steps, fraction: (index + 1) / steps, loss: mean, text });
				lossSum = 0;
				lossCount = 0;
				await nextTurn();
			}
		}
		program?.readState();
		const weights = foldWeights(state);
		const untested = {
			recipeVersion,
			dataSetDigest: dataSet.digest,
			resolution,
			classes,
			options,
			testAccuracy: 0,
		};
		const network = createFeatureNetwork(untested, weights);
		const testAccuracy = accuracyOn(network, test);
		network.dispose();
		return createFeatureNetwork({ ...untested, testAccuracy }, weights);
	} finally {
		program?.dispose();
		disposeTrainingState(state);
		tf.dispose([...velocities.values()]);
	}
}
