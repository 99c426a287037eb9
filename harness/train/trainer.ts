import type { Method, OptionValues } from '../../methods/method.ts';
import { tf } from '../tensor/tensorflow.ts';
import { nextStepSize } from './adam.ts';
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
	type LossScalars,
	type RealInputs,
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

function readLosses(losses: LossScalars): LossValues {
	return Object.fromEntries(Object.entries(losses).map(([name, scalar]) => [name, scalar.dataSync()[0]]));
}

/** Fresh networks of a method, ready to train. */
export function createTrainer(request: TrainerRequest): Trainer {
	const { method, options, settings } = request;
	const state = createGanState(method, options, settings, request.classes, request.seed);
	const context = { state, method, options, settings };
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
			updateMovingAverage(state.average.parameters, state.generator.parameters, decay);
		},
		readState: () => state,
		writeState() {},
		release: () => state,
		dispose: () => disposeGanState(state),
	};
}
