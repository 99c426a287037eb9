import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import type { DataSet } from '../../harness/data/data-set.ts';
import { describeSubset } from '../../harness/data/label-subset.ts';
import { RunFailedError, UsageError } from '../../harness/errors.ts';
import { createStream } from '../../harness/tensor/random.ts';
import { tf } from '../../harness/tensor/tensorflow.ts';
import { createResNetV2State, disposeResNetV2State } from '../networks/resnet-v2/state.ts';
import { createFeatureExtractor, type FeatureExtractor, networkConfig } from './feature-extractor.ts';
import { createVelocities } from './momentum.ts';
import { type PretrainingOptions, recipeVersion } from './options.ts';
import { requirePretrainingOptions } from './options-schema.ts';
import { createSchedule } from './schedule.ts';
import { createMixedBatches, type MixedBatch } from './training-batches.ts';
import type { PretrainingInputs, PretrainingLosses } from './update.ts';
import { createUpdater } from './updater.ts';
import { trainingView } from './views.ts';

export interface PretrainingProgress {
	/** Part of the updates that is done, in (0, 1]. */
	readonly fraction: number;
	/** The same, and the losses, for people. */
	readonly text: string;
	/** Updates done. */
	readonly update: number;
	/** Mean numbers since the last report; see `PretrainingLosses`. */
	readonly losses: Readonly<Record<keyof PretrainingLosses, number>>;
}

// Updates between two reports.
const reportInterval = 20;

// Shorter trainings are over before compiling would pay.
const updatesWorthCompiling = 100;

const nextTurn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

function readLosses(losses: PretrainingLosses): Record<keyof PretrainingLosses, number> {
	const read = (name: keyof PretrainingLosses): number => losses[name].dataSync()[0];
	return {
		total: read('total'),
		rotation: read('rotation'),
		class: read('class'),
		rotationAccuracy: read('rotationAccuracy'),
	};
}

/** A mean of losses as it grows. */
function createMeans() {
	let sums: Record<keyof PretrainingLosses, number> | undefined;
	let count = 0;
	return {
		add(losses: Record<keyof PretrainingLosses, number>): void {
			const before = sums ?? { total: 0, rotation: 0, class: 0, rotationAccuracy: 0 };
			sums = {
				total: before.total + losses.total,
				rotation: before.rotation + losses.rotation,
				class: before.class + losses.class,
				rotationAccuracy: before.rotationAccuracy + losses.rotationAccuracy,
			};
			count++;
		},
		take(): Record<keyof PretrainingLosses, number> {
			const { total, rotation, class: classTerm, rotationAccuracy } = sums!;
			const mean = {
				total: total / count,
				rotation: rotation / count,
				class: classTerm / count,
				rotationAccuracy: rotationAccuracy / count,
			};
			sums = undefined;
			count = 0;
			return mean;
		},
	};
}

/**
 * Trains the feature extractor F of §3.1: jointly on rotations and classes (Eq. 2), or on rotations alone (Eq. 1)
 * if `labelFraction` is null. Equal data and options give the same network bit for bit on the same machine and
 * library; on another machine the weights differ in their last digits, and so does the fingerprint.
 *
 * @param onProgress called every 20 updates and after the last
 * @param signal ends the training with the signal's reason
 * @param listed the labelled images, if the options name a list of them
 * @throws UsageError if an option is out of range or does not fit the data
 * @throws RunFailedError if the loss is not finite, with the update
 */
export async function pretrain(
	dataSet: DataSet,
	options: PretrainingOptions,
	onProgress: (progress: PretrainingProgress) => void = () => {},
	signal?: AbortSignal,
	listed?: Uint32Array,
): Promise<FeatureExtractor> {
	requirePretrainingOptions(options);
	const { train, classNames, resolution, digest } = dataSet;
	if (options.labelFraction !== null && classNames.length < 2) {
		throw new UsageError(
			`pre-training: expected at least 2 classes, got ${classNames.length}`,
			'set labelFraction to null to train on rotations only',
		);
	}
	const classes = options.labelFraction === null ? null : classNames.length;
	const batches = createMixedBatches(dataSet, options, listed);
	const { updates, learningRateAt } = createSchedule(options, train.count);
	const network = createResNetV2State(networkConfig(options, classes), options.seed);
	const velocities = createVelocities(network.network.parameters);
	const settings = {
		weights: { rotation: options.rotationWeight, class: options.classWeight },
		momentum: options.momentum,
		weightDecay: options.weightDecay,
	};

	const updater = createUpdater({ network, velocities }, settings, {
		compiled: updates >= updatesWorthCompiling,
		passes: batches.passes,
	});

	const runUpdate = (update: number): Record<keyof PretrainingLosses, number> =>
		tf.tidy(() => {
			const inputs = toInputs(batches.at(update), update);
			return readLosses(updater.run(inputs));
		});
	const toInputs = ({ pixels, labels }: MixedBatch, update: number): PretrainingInputs => {
		const moves = createStream(options.seed, 'pretraining', 'augmentation', update);
		return {
			images: trainingView(pixels, resolution, options, moves),
			labels: (labels.length === 0
				? tf.zeros([0, 0])
				: tf.oneHot(tf.tensor1d(labels, 'int32'), classNames.length, 1, 0, 'float32')) as Tensor2D,
			learningRate: tf.scalar(learningRateAt(update)),
		};
	};

	let finished = false;
	try {
		const means = createMeans();
		for (let update = 0; update < updates; update++) {
			signal?.throwIfAborted();
			const losses = runUpdate(update);
			if (!Number.isFinite(losses.total)) {
				throw new RunFailedError(
					`pre-training: the loss is ${losses.total} at update ${update + 1} of ${updates}`,
					`train with a smaller learning rate than ${options.learningRatePer256} for 256 images`,
				);
			}
			means.add(losses);
			if ((update + 1) % reportInterval === 0 || update + 1 === updates) {
				const mean = means.take();
				onProgress({
					fraction: (update + 1) / updates,
					text: `update ${update + 1}/${updates}, ${describeLosses(mean, options, batches.labelled)}`,
					update: update + 1,
					losses: mean,
				});
				await nextTurn();
			}
		}
		updater.readState();
		finished = true;
	} finally {
		updater.dispose();
		tf.dispose([...velocities.values()]);
		if (!finished) disposeResNetV2State(network);
	}
	const subset = batches.subset;
	const description = {
		recipeVersion,
		dataSetDigest: digest,
		resolution,
		classes,
		labelledDigest: subset && describeSubset(train.labels, classNames.length, subset).digest,
		options,
	};
	return createFeatureExtractor(description, network);
}

function describeLosses(
	losses: Readonly<Record<keyof PretrainingLosses, number>>,
	{ rotationWeight }: PretrainingOptions,
	labelled: number,
): string {
	const terms: string[] = [];
	if (rotationWeight > 0) {
		const percent = (100 * losses.rotationAccuracy).toFixed(0);
		terms.push(`rotation loss ${losses.rotation.toFixed(3)} (${percent} % right)`);
	}
	if (labelled > 0) terms.push(`class loss ${losses.class.toFixed(3)}`);
	return terms.join(', ');
}
