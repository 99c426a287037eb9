import type { Tensor, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { labelDivisors } from '../../methods/losses/label-divisors.ts';
import type { Method, OptionValues } from '../../methods/method.ts';
import { UsageError } from '../errors.ts';
import { compileProgram, type StepDefinition } from '../tensor/compile/program.ts';
import { tf } from '../tensor/tensorflow.ts';
import { nextStepSize } from './adam.ts';
import {
	createGanState,
	discriminatorAdam,
	disposeGanState,
	type GanState,
	generatorAdam,
} from './gan-state.ts';
import { createGradientSums, disposeGradientSums } from './gradient-sums.ts';
import type { TrainingSettings } from './settings.ts';
import type { FakeInputs, RealInputs, UpdateContext } from './sub-step.ts';
import { ganVariables, trainingUpdates, type UpdateName } from './updates.ts';

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

/** Runs an update by name and returns the losses that it shows. */
type Run = (name: UpdateName, inputs: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>;

function readLosses(losses: Readonly<Record<string, Tensor>>): LossValues {
	return Object.fromEntries(Object.entries(losses).map(([name, scalar]) => [name, scalar.dataSync()[0]]));
}

function meanLosses(parts: readonly LossValues[]): LossValues {
	return Object.fromEntries(
		Object.keys(parts[0]).map(name => [
			name,
			parts.reduce((sum, losses) => sum + losses[name], 0) / parts.length,
		]),
	);
}

/** Rows of each micro-batch in turn. */
function* microBatches(
	inputs: Readonly<Record<string, Tensor>>,
	{ batchSize, microBatchSize = batchSize }: TrainingSettings,
): Generator<Record<string, Tensor>> {
	for (let start = 0; start < batchSize; start += microBatchSize) {
		yield Object.fromEntries(
			Object.entries(inputs).map(([name, tensor]) => {
				const others = tensor.shape.slice(1);
				return [name, tf.slice(tensor, [start, ...others.map(() => 0)], [microBatchSize, ...others])];
			}),
		);
	}
}

/** What each micro-batch of these must know of the whole batch. */
function sharedInputs(
	{ labels }: Readonly<Record<string, Tensor>>,
	{ batchSize, microBatchSize = batchSize }: TrainingSettings,
): Record<string, Tensor> {
	return labels ? { ...labelDivisors(labels as Tensor2D, batchSize / microBatchSize) } : {};
}

function requireMicroBatch({ batchSize, microBatchSize = batchSize }: TrainingSettings): void {
	if (Number.isInteger(microBatchSize) && microBatchSize >= 1 && batchSize % microBatchSize === 0) return;
	throw new UsageError(
		`micro-batch: expected a divisor of the batch size ${batchSize}, got ${microBatchSize}`,
		'the images of one update must fall into equal parts',
	);
}

/**
 * Fresh networks of a method, ready to train.
 *
 * @throws UsageError if the micro-batch does not divide the batch, or a loss cannot be compiled (see
 * `compileProgram`)
 */
export function createTrainer(request: TrainerRequest): Trainer {
	const { method, options, settings } = request;
	requireMicroBatch(settings);
	const state = createGanState(method, options, settings, request.classes, request.seed);
	const context = { state, method, options, settings };
	const divided = (settings.microBatchSize ?? settings.batchSize) < settings.batchSize;
	const sums = divided
		? {
				generator: createGradientSums(state.generator.parameters),
				discriminator: createGradientSums(state.discriminator.parameters),
			}
		: undefined;
	const disposeSums = (): void => {
		for (const each of Object.values(sums ?? {})) disposeGradientSums(each);
	};
	try {
		const steps = trainingUpdates(context, sums);
		if (request.eager) {
			const run: Run = (name, inputs) => steps[name]!.step(inputs);
			return driveUpdates(context, divided, run, { sync() {}, writeState() {}, end: disposeSums });
		}
		const variables = ganVariables(state);
		for (const [network, each] of Object.entries(sums ?? {})) {
			for (const [name, sum] of each) variables.set(`${network} gradient ${name}`, sum);
		}
		const program = compileProgram<UpdateName>({
			state: variables,
			steps: steps as Record<UpdateName, StepDefinition>,
		});
		return driveUpdates(context, divided, program.run, {
			sync: program.readState,
			writeState: program.writeState,
			end() {
				program.dispose();
				disposeSums();
			},
		});
	} catch (error) {
		disposeSums();
		disposeGanState(state);
		throw error;
	}
}

function driveUpdates(
	{ state, settings }: UpdateContext,
	divided: boolean,
	run: Run,
	program: { readonly sync: () => void; readonly writeState: () => void; readonly end: () => void },
): Trainer {
	const update = (
		network: 'discriminator' | 'generator',
		inputs: Readonly<Record<string, Tensor>>,
		size: number,
	): LossValues =>
		tf.tidy(() => {
			const stepSize = tf.scalar(size);
			if (!divided) return readLosses(run(network, { ...inputs, stepSize }));
			const shared = sharedInputs(inputs, settings);
			const losses: LossValues[] = [];
			for (const part of microBatches(inputs, settings)) {
				losses.push(tf.tidy(() => readLosses(run(network, { ...part, ...shared }))));
				tf.dispose(part);
			}
			run(`${network}Apply`, { stepSize });
			return meanLosses(losses);
		});
	const readState = (): GanState => {
		program.sync();
		return state;
	};
	return {
		state,
		discriminatorStep({ images, labels }, { latents, labels: fakeLabels }) {
			const size = nextStepSize(state.discriminatorOptimiser, discriminatorAdam(settings));
			return update('discriminator', { images, labels, latents, fakeLabels }, size);
		},
		generatorStep({ latents, labels }) {
			const size = nextStepSize(state.generatorOptimiser, generatorAdam(settings));
			return update('generator', { latents, fakeLabels: labels }, size);
		},
		averageStep(decay) {
			tf.tidy(() => {
				if (decay === 0) run('copy', {});
				// 1 − decay in double precision, where decays near 1 keep their digits.
				else run('average', { rate: tf.scalar(1 - decay) });
			});
		},
		readState,
		writeState: program.writeState,
		release() {
			readState();
			program.end();
			return state;
		},
		dispose() {
			program.end();
			disposeGanState(state);
		},
	};
}
