import { setImmediate } from 'node:timers/promises';
import type { Method, OptionValues } from '../../methods/method.ts';
import type { DataSet } from '../data/data-set.ts';
import { openFeed, type Stall } from '../data/feed.ts';
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
	/** Goes on from a checkpoint instead of fresh networks. */
	readonly resume?: ResumePoint;
	/** Ends after this generator step; the schedule stays that of `settings.steps`, which is the default. */
	readonly lastStep?: number;
	/**
	 * Times that the training was rolled back, default 0: another number draws other latents, labels of fakes and
	 * labels made up by the method, or the same steps would end as they did before. The order of images stays.
	 */
	readonly attempt?: number;
	/**
	 * Called after each generator step, with losses of the last update of each network in that step; the next step
	 * waits for it. `stop` ends the training here, with the state as it is.
	 */
	readonly onStep?: (progress: StepProgress) => StepVerdict | Promise<StepVerdict>;
}

/** What the watcher of a training says after a step; nothing means that it goes on. */
// biome-ignore lint/suspicious/noConfusingVoidType: a watcher that only watches returns nothing
export type StepVerdict = 'stop' | void;

/** Where an interrupted training goes on. */
export interface ResumePoint {
	/** Generator steps done. */
	readonly step: number;
	/** Assigns every variable of `ganVariables` and both optimisers' counts of updates. */
	readonly restore: (state: GanState) => void;
}

export interface StepProgress {
	/** Generator steps done, 1 … steps. */
	readonly step: number;
	/** By name, prefixed `discriminator.` or `generator.`. */
	readonly losses: LossValues;
	/** Brings the variables of the state up to date, for checkpoints and measuring; still the training's own. */
	readonly readState: () => GanState;
	/** How long the training waited for its data so far. */
	readonly stall: Stall;
}

/** A loss that is NaN or infinite: the weights after this step are of no use. */
export class DivergenceError extends RunFailedError {
	/** Generator step in which the loss was seen. */
	readonly step: number;
	/** Such as `generator.total is NaN`. */
	readonly reason: string;

	constructor(step: number, reason: string) {
		super(
			`${reason} at generator step ${step}: training diverged`,
			'try another seed or smaller learning rates; a diverged run is never averaged away',
		);
		this.step = step;
		this.reason = reason;
	}
}

const prefixed = (prefix: string, losses: LossValues): [string, number][] =>
	Object.entries(losses).map(([name, value]) => [`${prefix}.${name}`, value]);

function requireFinite(losses: LossValues, step: number): void {
	for (const [name, value] of Object.entries(losses)) {
		if (!Number.isFinite(value)) throw new DivergenceError(step, `${name} is ${value}`);
	}
}

/**
 * Trains a GAN (§4 of the paper; order of updates as in the authors' unrolled step): for each generator step,
 * `discriminatorSteps` discriminator updates on fresh images, latents and labels each, then one generator update
 * on fresh latents and labels, then the moving average. The real images that the authors' code also reads for
 * the generator update do not enter its loss; their place in the data order is kept.
 *
 * All randomness comes from named streams of (seed, purpose, step), so any step can be drawn again: a training that
 * was stopped and goes on from a checkpoint gives the same weights bit for bit as an unbroken one.
 *
 * @returns the trained state, to be disposed with `disposeGanState`
 * @throws DivergenceError if a loss is not finite
 * @throws RunFailedError naming the step if tensors leak
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
	const batchesPerStep = settings.discriminatorSteps + 1;
	const feed = openFeed(
		{ ...dataSet.train, labels: given.hard },
		{
			batchSize: settings.batchSize,
			seed,
			name: 'train',
			resolution: dataSet.resolution,
			subset: request.subset,
			// The place of the generator's batch stays empty.
			following: index => index + (index % batchesPerStep === settings.discriminatorSteps - 1 ? 2 : 1),
		},
	);
	const { classes } = config;
	const attempt = request.attempt ? ['attempt', request.attempt] : [];
	let expectedTensors: number | undefined;
	try {
		if (request.resume) {
			request.resume.restore(trainer.state);
			trainer.writeState();
		}
		const lastStep = request.lastStep ?? settings.steps;
		for (let step = (request.resume?.step ?? 0) + 1; step <= lastStep; step++) {
			let losses: [string, number][] = [];
			for (let update = 0; update < settings.discriminatorSteps; update++) {
				const batch = await feed.at((step - 1) * batchesPerStep + update);
				const labels = method.realLabels(
					batch.labels,
					classes,
					createStream(seed, 'real-labels', step, update, ...attempt),
				);
				const values = tf.tidy(() => {
					const shape = [settings.batchSize, dataSet.resolution, dataSet.resolution, 3] as const;
					const real = {
						images: tf.tensor4d(batch.pixels, [...shape]),
						labels: given.soft
							? tf.tensor2d(softRows(given.soft, classes, batch.indices), [settings.batchSize, classes])
							: oneHotRows(labels, classes),
					};
					const name = ['discriminator', step, update, ...attempt];
					const inputs = drawFakeInputs(config, settings.batchSize, seed, name, given.fakeProbabilities);
					return trainer.discriminatorStep(real, inputs);
				});
				losses = prefixed('discriminator', values);
			}
			const values = tf.tidy(() => {
				const name = ['generator', step, ...attempt];
				const inputs = drawFakeInputs(config, settings.batchSize, seed, name, given.fakeProbabilities);
				return trainer.generatorStep(inputs);
			});
			losses.push(...prefixed('generator', values));
			trainer.averageStep(step < settings.emaStartStep ? 0 : settings.emaDecay);

			const progress = {
				step,
				losses: Object.fromEntries(losses),
				readState: trainer.readState,
				stall: feed.stall(),
			};
			requireFinite(progress.losses, step);
			expectedTensors ??= tf.memory().numTensors;
			if (tf.memory().numTensors !== expectedTensors) {
				throw new RunFailedError(
					`${tf.memory().numTensors - expectedTensors} tensors leaked in generator step ${step} of ${method.name}`,
					'wrap the intermediate tensors of the method in tf.tidy',
				);
			}
			// Lets signals and timers in between two steps, and before the watcher, which writes a checkpoint if it was
			// asked to stop: a signal that came after it would end the training without one.
			await setImmediate();
			const verdict = await request.onStep?.(progress);
			if (verdict === 'stop') break;
			// What the watcher keeps, features of real images for example, is no leak of the training.
			expectedTensors = tf.memory().numTensors;
			request.signal?.throwIfAborted();
		}
		return trainer.release();
	} catch (error) {
		trainer.dispose();
		throw error;
	} finally {
		await feed.close();
	}
}
