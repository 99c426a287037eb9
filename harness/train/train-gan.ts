import { setImmediate } from 'node:timers/promises';
import type { Method, OptionValues } from '../../methods/method.ts';
import { createBatches } from '../data/batches.ts';
import type { DataSet } from '../data/data-set.ts';
import { RunFailedError } from '../errors.ts';
import { createStream } from '../tensor/random.ts';
import { tf } from '../tensor/tensorflow.ts';
import { drawFakeInputs, oneHotRows } from './fake-inputs.ts';
import type { GanState } from './gan-state.ts';
import type { TrainingSettings } from './settings.ts';
import { createTrainer, type LossValues } from './trainer.ts';
import { softRows, type TrainingLabels } from './training-labels.ts';

export interface TrainingRequest {
	readonly method: Method;
	readonly options: OptionValues;
	readonly settings: TrainingSettings;
	readonly dataSet: DataSet;
	/** Images that may be used, as indices into the training split; all if undefined. */
	readonly subset: Uint32Array | undefined;
	/** Labels in place of those of the data set. */
	readonly labels?: TrainingLabels;
	/** Seed of every random stream of the run, 1 … 2^31 − 1. */
	readonly seed: number;
	/** Runs operation by operation instead of as TensorFlow graphs. Default false. */
	readonly eager?: boolean;
	/** Stops after the current step and throws the signal's reason. */
	readonly signal?: AbortSignal;
	/** Called after each generator step. Losses are of the last update of each network in that step. */
	readonly onStep?: (progress: StepProgress) => void;
}

export interface StepProgress {
	/** Generator steps done, 1 … steps. */
	readonly step: number;
	/** By name, prefixed `discriminator.` or `generator.`. */
	readonly losses: LossValues;
}

const prefixed = (prefix: string, losses: LossValues): [string, number][] =>
	Object.entries(losses).map(([name, value]) => [`${prefix}.${name}`, value]);

function requireFinite(losses: LossValues, step: number): void {
	for (const [name, value] of Object.entries(losses)) {
		if (Number.isFinite(value)) continue;
		throw new RunFailedError(
			`${name} is ${value} at generator step ${step}: training diverged`,
			'try another seed or smaller learning rates; a diverged run counts as failed, it is never averaged away',
		);
	}
}

/**
 * Trains a GAN (§4 of the paper; order of updates as in the authors' unrolled step): for each generator step,
 * `discriminatorSteps` discriminator updates on fresh images, latents and labels each, then one generator update
 * on fresh latents and labels, then the moving average. The real images that the authors' code also reads for
 * the generator update do not enter its loss; their place in the data order is kept.
 *
 * All randomness comes from named streams of (seed, purpose, step), so any step can be drawn again.
 *
 * @returns the trained state, to be disposed with `disposeGanState`
 * @throws RunFailedError naming the step if a loss is not finite, or if tensors leak
 */
export async function trainGan(request: TrainingRequest): Promise<GanState> {
	const { method, options, settings, dataSet, seed } = request;
	const given: TrainingLabels = request.labels ?? {
		classes: dataSet.classNames.length,
		hard: dataSet.train.labels,
		soft: null,
		fakeProbabilities: null,
	};
	const trainer = createTrainer({
		method,
		options,
		settings,
		classes: given.classes,
		seed,
		eager: request.eager,
	});
	const { config } = trainer.state;
	const batches = createBatches(
		{ ...dataSet.train, labels: given.hard },
		{
			batchSize: settings.batchSize,
			seed,
			name: 'train',
			resolution: dataSet.resolution,
			subset: request.subset,
		},
	);
	const { classes } = config;
	const batchesPerStep = settings.discriminatorSteps + 1;
	let expectedTensors: number | undefined;
	try {
		for (let step = 1; step <= settings.steps; step++) {
			let losses: [string, number][] = [];
			for (let update = 0; update < settings.discriminatorSteps; update++) {
				const batch = batches.at((step - 1) * batchesPerStep + update);
				const labels = method.realLabels(
					batch.labels,
					classes,
					createStream(seed, 'real-labels', step, update),
				);
				const values = tf.tidy(() => {
					const shape = [settings.batchSize, dataSet.resolution, dataSet.resolution, 3] as const;
					const real = {
						images: tf.tensor4d(batch.pixels, [...shape]),
						labels: given.soft
							? tf.tensor2d(softRows(given.soft, classes, batch.indices), [settings.batchSize, classes])
							: oneHotRows(labels, classes),
					};
					const name = ['discriminator', step, update];
					const inputs = drawFakeInputs(config, settings.batchSize, seed, name, given.fakeProbabilities);
					return trainer.discriminatorStep(real, inputs);
				});
				losses = prefixed('discriminator', values);
			}
			const values = tf.tidy(() => {
				const name = ['generator', step];
				const inputs = drawFakeInputs(config, settings.batchSize, seed, name, given.fakeProbabilities);
				return trainer.generatorStep(inputs);
			});
			losses.push(...prefixed('generator', values));
			trainer.averageStep(step < settings.emaStartStep ? 0 : settings.emaDecay);

			const progress = { step, losses: Object.fromEntries(losses) };
			requireFinite(progress.losses, step);
			expectedTensors ??= tf.memory().numTensors;
			if (tf.memory().numTensors !== expectedTensors) {
				throw new RunFailedError(
					`${tf.memory().numTensors - expectedTensors} tensors leaked in generator step ${step} of ${method.name}`,
					'wrap the intermediate tensors of the method in tf.tidy',
				);
			}
			request.onStep?.(progress);
			// Lets signals and timers in between two steps.
			await setImmediate();
			request.signal?.throwIfAborted();
		}
		return trainer.release();
	} catch (error) {
		trainer.dispose();
		throw error;
	}
}
