import type { Scalar, Tensor, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-node-gpu';
import { compileProgram, type StepDefinition } from '../../harness/tensor/compile/program.ts';
import { tf } from '../../harness/tensor/tensorflow.ts';
import {
	accumulatePass,
	applySums,
	type GradientSums,
	type PassInputs,
	type PretrainingInputs,
	type PretrainingLosses,
	type PretrainingState,
	pretrainingUpdate,
	type UpdateSettings,
} from './update.ts';

/**
 * Runs updates, operation by operation or as one TensorFlow graph. Both leave the same state bit for bit; the losses that
 * are shown may differ in their last digit.
 */
export interface Updater {
	/** One update; the losses are the caller's to dispose. */
	run(inputs: PretrainingInputs): PretrainingLosses;
	/** Brings the variables of the state up to date. */
	readState(): void;
	/** Frees the graph; the state stays. */
	dispose(): void;
}

export interface UpdaterOptions {
	/** Whether to compile: it takes a second or two and saves about a third of each update. */
	readonly compiled: boolean;
	/**
	 * Equal parts that a batch passes the network in, one after the other, to need less memory; their gradients make one
	 * update. Labelled and unlabelled images are each divided among them. Default 1.
	 */
	readonly passes?: number;
}

type Inputs = Readonly<Record<string, Tensor>>;
type StepName = 'update' | 'accumulate' | 'apply';
type Run = (name: StepName, inputs: Inputs) => Record<string, Tensor>;

/** An updater of a state. */
export function createUpdater(
	state: PretrainingState,
	settings: UpdateSettings,
	{ compiled, passes = 1 }: UpdaterOptions,
): Updater {
	const sums = passes === 1 ? undefined : createSums(state);
	const disposeSums = (): void => {
		for (const sum of sums?.values() ?? []) sum.dispose();
	};
	const steps: Readonly<Record<StepName, (inputs: Inputs) => Record<string, Tensor>>> = {
		update: inputs => ({ ...pretrainingUpdate(state, inputs as unknown as PretrainingInputs, settings) }),
		accumulate: inputs => ({
			...accumulatePass(state, sums!, 1 / passes, inputs as unknown as PassInputs, settings),
		}),
		apply({ learningRate }) {
			applySums(state, sums!, learningRate as Scalar, settings);
			return {};
		},
	};
	const drive = (run: Run) => (inputs: PretrainingInputs) =>
		passes === 1 ? runWhole(run, inputs) : runInPasses(run, inputs, passes);
	if (!compiled) {
		return { run: drive((name, inputs) => steps[name](inputs)), readState() {}, dispose: disposeSums };
	}
	let program: ReturnType<typeof compileProgram<StepName>> | undefined;
	return {
		run: drive((name, inputs) => {
			program ??= compileProgram<StepName>({
				state: variablesOf(state, sums),
				steps: definitions(steps, name, inputs) as Record<StepName, StepDefinition>,
			});
			return program.run(name, inputs);
		}),
		readState: () => program?.readState(),
		dispose() {
			program?.dispose();
			disposeSums();
		},
	};
}

/** The steps that this one is run with, for inputs of the shapes of the first. */
function definitions(
	steps: Readonly<Record<StepName, (inputs: Inputs) => Record<string, Tensor>>>,
	first: StepName,
	inputs: Inputs,
): Partial<Record<StepName, StepDefinition>> {
	const shapes = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, { shape }]));
	const own = { [first]: { step: steps[first], inputs: shapes } };
	return first === 'update'
		? own
		: { ...own, apply: { step: steps.apply, inputs: { learningRate: { shape: [] } } } };
}

const runWhole = (run: Run, inputs: PretrainingInputs): PretrainingLosses =>
	run('update', { ...inputs }) as unknown as PretrainingLosses;

function runInPasses(
	run: Run,
	{ images, labels, learningRate }: PretrainingInputs,
	passes: number,
): PretrainingLosses {
	return tf.tidy(() => {
		const parts = Array.from({ length: passes }, (_, pass) =>
			run('accumulate', { ...passInputs(images, labels, pass, passes) }),
		) as unknown as PretrainingLosses[];
		run('apply', { learningRate });
		const mean = (name: keyof PretrainingLosses): Scalar =>
			tf.div(tf.addN(parts.map(losses => losses[name])), passes);
		return {
			total: mean('total'),
			rotation: mean('rotation'),
			class: mean('class'),
			rotationAccuracy: mean('rotationAccuracy'),
		};
	});
}

/** The labelled images of a pass, then its unlabelled ones. */
function passInputs(images: Tensor4D, labels: Tensor2D, pass: number, passes: number): PassInputs {
	const [count, height, width, colours] = images.shape;
	const [labelled, classes] = labels.shape;
	const rows = (start: number, all: number): Tensor4D =>
		tf.slice(
			images,
			[start + (pass * all) / passes, 0, 0, 0],
			[all / passes, height, width, colours],
		) as Tensor4D;
	return {
		images: tf.concat([rows(0, labelled), rows(labelled, count - labelled)]),
		labels: tf.slice(labels, [(pass * labelled) / passes, 0], [labelled / passes, classes]) as Tensor2D,
	};
}

function createSums({ network }: PretrainingState): GradientSums {
	return new Map(
		[...network.network.parameters].map(([name, { shape }]) => [
			name,
			tf.tidy(() => tf.variable(tf.zeros(shape), false)),
		]),
	);
}

function variablesOf({ network, velocities }: PretrainingState, sums: GradientSums | undefined) {
	const prefixed = (prefix: string, variables: ReadonlyMap<string, Variable>) =>
		[...variables].map(([name, variable]) => [`${prefix}/${name}`, variable] as const);
	return new Map([
		...network.network.parameters,
		...network.moments,
		...prefixed('velocity', velocities),
		...prefixed('gradient', sums ?? new Map()),
	]);
}
