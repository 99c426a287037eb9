import { setImmediate } from 'node:timers/promises';
import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import type { DataSet } from '../../harness/data/data-set.ts';
import type { Stall } from '../../harness/data/feed.ts';
import { describeSubset } from '../../harness/data/label-subset.ts';
import { RunFailedError, UsageError } from '../../harness/errors.ts';
import { createStream } from '../../harness/tensor/random.ts';
import { tf } from '../../harness/tensor/tensorflow.ts';
import { createResNetV2State, disposeResNetV2State } from '../networks/resnet-v2/state.ts';
import { createFeatureExtractor, type FeatureExtractor, networkConfig } from './feature-extractor.ts';
import { createVelocities } from './momentum.ts';
import { type PretrainingOptions, recipeVersion } from './options.ts';
import { requirePretrainingOptions } from './options-schema.ts';
import { createRunningMeans, type LossNumbers, type MeansMemory } from './running-means.ts';
import { createSchedule } from './schedule.ts';
import { createMixedBatches, type MixedBatch } from './training-batches.ts';
import type { PretrainingInputs, PretrainingLosses, PretrainingState } from './update.ts';
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
	readonly losses: LossNumbers;
	/** How long this process waited for its data so far. */
	readonly stall: Stall;
}

/** A training between two updates. */
export interface PretrainingMoment {
	/** Updates done. */
	readonly update: number;
	/** Means that were not reported yet. */
	readonly means: MeansMemory;
	/** Brings the variables up to date; still the training's own. */
	readonly readState: () => PretrainingState;
}

/** Where an interrupted training goes on. */
export interface PretrainingStart extends Pick<PretrainingMoment, 'update' | 'means'> {
	/** Assigns every variable of the state. */
	readonly restore: (state: PretrainingState) => void;
}

export interface PretrainingHooks {
	/** Called every 20 updates and after the last. */
	readonly onProgress?: (progress: PretrainingProgress) => void;
	/** Called after every update, before its progress is told and before the signal ends the training. */
	readonly onUpdate?: (moment: PretrainingMoment) => void;
	/** Goes on from here instead of a fresh network. */
	readonly resume?: PretrainingStart;
	/** Ends the training after an update, with the signal's reason. */
	readonly signal?: AbortSignal;
	/** The labelled images, if the options name a list of them. */
	readonly listed?: Uint32Array;
}

// Updates between two reports.
const reportInterval = 20;

// Shorter trainings are over before compiling would pay.
const updatesWorthCompiling = 100;

function readLosses(losses: PretrainingLosses): LossNumbers {
	const read = (name: keyof PretrainingLosses): number => losses[name].dataSync()[0];
	return {
		total: read('total'),
		rotation: read('rotation'),
		class: read('class'),
		rotationAccuracy: read('rotationAccuracy'),
	};
}

/**
 * Trains the feature extractor F of §3.1: jointly on rotations and classes (Eq. 2), or on rotations alone (Eq. 1)
 * if `labelFraction` is null. Equal data and options give the same network bit for bit on the same machine and
 * library; on another machine the weights differ in their last digits, and so does the fingerprint. Every random number
 * comes from a stream of its purpose and update, so a training that goes on from `resume` ends as an unbroken one.
 *
 * @throws UsageError if an option is out of range or does not fit the data
 * @throws RunFailedError if the loss is not finite, with the update
 */
export async function pretrain(
	dataSet: DataSet,
	options: PretrainingOptions,
	hooks: PretrainingHooks = {},
): Promise<FeatureExtractor> {
	requirePretrainingOptions(options);
	const { onProgress, onUpdate, resume, signal, listed } = hooks;
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
	const state = { network, velocities };
	const settings = {
		weights: { rotation: options.rotationWeight, class: options.classWeight },
		momentum: options.momentum,
		weightDecay: options.weightDecay,
	};

	const updater = createUpdater(state, settings, {
		compiled: updates >= updatesWorthCompiling,
		passes: batches.passes,
	});

	const runUpdate = (batch: MixedBatch, update: number): LossNumbers =>
		tf.tidy(() => readLosses(updater.run(toInputs(batch, update))));
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

	const readState = (): PretrainingState => {
		updater.readState();
		return state;
	};

	let finished = false;
	const feed = batches.open();
	try {
		resume?.restore(state);
		const means = createRunningMeans(resume?.means);
		for (let update = resume?.update ?? 0; update < updates; update++) {
			signal?.throwIfAborted();
			const losses = runUpdate(await feed.at(update), update);
			if (!Number.isFinite(losses.total)) {
				throw new RunFailedError(
					`pre-training: the loss is ${losses.total} at update ${update + 1} of ${updates}`,
					`train with a smaller learning rate than ${options.learningRatePer256} for 256 images`,
				);
			}
			means.add(losses);
			const done = update + 1;
			const mean = done % reportInterval === 0 || done === updates ? means.take() : undefined;
			// Lets signals in before the watcher, which writes a checkpoint if it was asked to stop: a signal that came
			// after it would end the training without one.
			await setImmediate();
			onUpdate?.({ update: done, means: means.memory(), readState });
			if (!mean) continue;
			onProgress?.({
				fraction: done / updates,
				text: `update ${done}/${updates}, ${describeLosses(mean, options, batches.labelled)}`,
				update: done,
				losses: mean,
				stall: feed.stall(),
			});
		}
		updater.readState();
		finished = true;
	} finally {
		await feed.close();
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
	losses: LossNumbers,
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
