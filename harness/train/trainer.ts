import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { Method, OptionValues } from '../../methods/method.ts';
import { tf } from '../tensor/tensorflow.ts';
import { nextStepSize } from './adam.ts';
import { compileUpdates } from './compiled-updates.ts';
import {
	createGanState,
	discriminatorAdam,
	disposeGanState,
	type GanState,
	generatorAdam,
} from './gan-state.ts';
import { updateMovingAverage } from './moving-average.ts';
import type { TrainingSettings } from './settings.ts';
import {
	discriminatorUpdate,
	type FakeInputs,
	generatorUpdate,
	type RealInputs,
	type UpdateContext,
} from './sub-step.ts';

/** Numbers of one update, by name; `total` is the loss that was minimised. */
export type LossValues = Record<string, number>;

export interface TrainerRequest {
	readonly method: Method;
	readonly options: OptionValues;
	readonly settings: TrainingSettings;
	/** Classes of the data set. */
	readonly classes: number;
	/** Seed of the initial weights, 1 … 2^31 − 1. */
	readonly seed: number;
	/** Runs operation by operation instead of as TensorFlow graphs. Default false. */
	readonly eager?: boolean;
}

/** A GAN in training: its state, and the three updates that change it. The inputs stay the caller's. */
export interface Trainer {
	/** May lag behind the training until `readState`. */
	readonly state: GanState;
	/** One discriminator update. */
	discriminatorStep(real: RealInputs, fakes: FakeInputs): LossValues;
	/** One generator update. */
	generatorStep(fakes: FakeInputs): LossValues;
	/** One update of the generator's moving average; decay 0 copies the weights. */
	averageStep(decay: number): void;
	/** Brings the variables of `state` up to date, for checkpoints and measuring. */
	readState(): GanState;
	/** Takes over variables of `state` that were assigned outside of the trainer, for example by a checkpoint. */
	writeState(): void;
	/** Ends the training: the state, up to date, is now the caller's to dispose. */
	release(): GanState;
	/** Frees everything, the state included. */
	dispose(): void;
}

function readLosses(losses: Readonly<Record<string, Tensor>>): LossValues {
	return Object.fromEntries(Object.entries(losses).map(([name, scalar]) => [name, scalar.dataSync()[0]]));
}

/** Fresh networks of a method, ready to train. */
export function createTrainer(request: TrainerRequest): Trainer {
	const { method, options, settings } = request;
	const state = createGanState(method, options, settings, request.classes, request.seed);
	try {
		const context = { state, method, options, settings };
		return request.eager ? createEagerTrainer(context) : createCompiledTrainer(context);
	} catch (error) {
		disposeGanState(state);
		throw error;
	}
}

function createEagerTrainer(context: UpdateContext): Trainer {
	const { state, settings } = context;
	return {
		state,
		discriminatorStep(real, fakes) {
			const size = nextStepSize(state.discriminatorOptimiser, discriminatorAdam(settings));
			return tf.tidy(() => readLosses(discriminatorUpdate(context, real, fakes, tf.scalar(size))));
		},
		generatorStep(fakes) {
			const size = nextStepSize(state.generatorOptimiser, generatorAdam(settings));
			return tf.tidy(() => readLosses(generatorUpdate(context, fakes, tf.scalar(size))));
		},
		averageStep(decay) {
			updateMovingAverage(state.average.parameters, state.generator.parameters, 1 - decay);
		},
		readState: () => state,
		writeState() {},
		release: () => state,
		dispose: () => disposeGanState(state),
	};
}

function createCompiledTrainer(context: UpdateContext): Trainer {
	const { state, settings } = context;
	const program = compileUpdates(context);
	const readState = (): GanState => {
		program.readState();
		return state;
	};
	return {
		state,
		discriminatorStep({ images, labels }, { latents, labels: fakeLabels }) {
			const size = nextStepSize(state.discriminatorOptimiser, discriminatorAdam(settings));
			return tf.tidy(() => {
				const inputs = { images, labels, latents, fakeLabels, stepSize: tf.scalar(size) };
				return readLosses(program.run('discriminator', inputs));
			});
		},
		generatorStep({ latents, labels }) {
			const size = nextStepSize(state.generatorOptimiser, generatorAdam(settings));
			return tf.tidy(() =>
				readLosses(program.run('generator', { latents, fakeLabels: labels, stepSize: tf.scalar(size) })),
			);
		},
		averageStep(decay) {
			tf.tidy(() => {
				if (decay === 0) program.run('copy', {});
				// 1 − decay in double precision, as in the eager update.
				else program.run('average', { rate: tf.scalar(1 - decay) });
			});
		},
		readState,
		writeState: program.writeState,
		release() {
			readState();
			program.dispose();
			return state;
		},
		dispose() {
			program.dispose();
			disposeGanState(state);
		},
	};
}
