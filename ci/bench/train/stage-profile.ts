import type { Scalar, Tensor, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-node-gpu';
import { compile } from '../../../harness/tensor/compile/compile.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import type { GanState } from '../../../harness/train/gan-state.ts';
import { disposeGanState } from '../../../harness/train/gan-state.ts';
import type { TrainingSettings } from '../../../harness/train/settings.ts';
import { createTrainer } from '../../../harness/train/trainer.ts';
import { discriminatorHingeLoss, generatorHingeLoss } from '../../../methods/losses/hinge.ts';
import { discriminate, project } from '../../../methods/networks/big-gan/discriminator.ts';
import { generate } from '../../../methods/networks/big-gan/generator.ts';
import { runStep } from './run-step.ts';
import { benchmarkRequest, createBenchmarkState, networkVariables, type Scenario } from './scenario.ts';

/** A part of a generator step, compiled by itself. */
export interface StageTime {
	readonly stage: string;
	/** Best time of one run by the clock. */
	readonly milliseconds: number;
	/** Least processor time of one run, all threads together. */
	readonly processorMilliseconds: number;
	/** How often one generator step does it. */
	readonly runs: number;
}

type Inputs = Readonly<Record<string, Tensor>>;

/** The benchmark's networks and losses, cut where the stages end. */
function stageSteps(state: GanState): Record<string, (inputs: Inputs) => Scalar> {
	const { config, generator, discriminator } = state;
	const makeFakes = ({ latents, fakeLabels }: Inputs): Tensor4D =>
		generate(config, generator, latents as Tensor2D, fakeLabels as Tensor2D, { kind: 'batch' });
	const scoresOf = (images: Tensor4D, labels: Tensor2D): Tensor => {
		const { features, logits } = discriminate(config, discriminator, images);
		return tf.add(logits, project(config, discriminator, features, labels));
	};
	const discriminatorLoss = ({ images, labels, fakes, fakeLabels }: Inputs): Scalar => {
		const both = tf.concat([images, fakes]) as Tensor4D;
		const [real, fake] = tf.split(scoresOf(both, tf.concat([labels, fakeLabels]) as Tensor2D), 2);
		return discriminatorHingeLoss(real, fake);
	};
	const generatorLoss = (inputs: Inputs): Scalar =>
		generatorHingeLoss(scoresOf(makeFakes(inputs), inputs.fakeLabels as Tensor2D));
	const withGradients = (loss: () => Scalar, parameters: ReadonlyMap<string, Variable>): Scalar => {
		const { grads } = tf.variableGrads(loss, [...parameters.values()]);
		// One number of each keeps all of them needed, at next to no cost.
		return tf
			.addN(Object.values(grads).map(gradient => tf.slice(tf.reshape(gradient, [-1]), 0, 1)))
			.asScalar();
	};
	return {
		'generator forward': inputs => tf.mean(makeFakes(inputs)),
		'discriminator forward': discriminatorLoss,
		'discriminator forward, backward': inputs =>
			withGradients(() => discriminatorLoss(inputs), discriminator.parameters),
		'generator, discriminator forward': generatorLoss,
		'generator, discriminator forward, backward': inputs =>
			withGradients(() => generatorLoss(inputs), generator.parameters),
	};
}

interface Best {
	readonly milliseconds: number;
	readonly processorMilliseconds: number;
}

/** Least time by the clock and least processor time of several runs, after one that also compiles. */
function bestOf(repetitions: number, run: () => void): Best {
	run();
	let milliseconds = Number.POSITIVE_INFINITY;
	let processorMilliseconds = Number.POSITIVE_INFINITY;
	for (let repetition = 0; repetition < repetitions; repetition++) {
		const usedBefore = process.cpuUsage();
		const start = performance.now();
		run();
		milliseconds = Math.min(milliseconds, performance.now() - start);
		const used = process.cpuUsage(usedBefore);
		processorMilliseconds = Math.min(processorMilliseconds, (used.user + used.system) / 1000);
	}
	return { milliseconds, processorMilliseconds };
}

const minus = (a: Best, b: Best, times = 1): Best => ({
	milliseconds: a.milliseconds - times * b.milliseconds,
	processorMilliseconds: a.processorMilliseconds - times * b.processorMilliseconds,
});

/**
 * Where the time of a compiled step goes: TensorFlow's own profiler cannot be reached from JavaScript, so parts of
 * the step are compiled by themselves and timed, and what follows from their differences is listed.
 */
export function profileStages(
	settings: TrainingSettings,
	scenario: Scenario,
	repetitions: number,
): StageTime[] {
	const state = createBenchmarkState(settings);
	const best = new Map<string, Best>();
	const tensorOf = (name: string): Tensor => {
		const { shape, values } = scenario.tensors.get(`inputs/0/discriminator/0/${name}`)!;
		return tf.tensor(values, [...shape]);
	};
	const inputs: Record<string, Tensor> = {};
	for (const name of ['images', 'labels', 'latents', 'fakeLabels']) inputs[name] = tensorOf(name);
	inputs.fakes = tensorOf('images');
	const shapes = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, { shape }]));
	for (const [stage, step] of Object.entries(stageSteps(state))) {
		const compiled = compile(given => ({ value: step(given) }), {
			state: networkVariables(state),
			inputs: shapes,
		});
		best.set(
			stage,
			bestOf(repetitions, () => tf.tidy(() => void compiled(inputs).value.dataSync())),
		);
		compiled.dispose();
	}
	for (const input of Object.values(inputs)) input.dispose();
	disposeGanState(state);

	const trainer = createTrainer(benchmarkRequest(settings));
	let step = 0;
	const whole = bestOf(repetitions, () => void runStep(trainer, scenario, step++));
	trainer.dispose();

	const time = (stage: string): Best => best.get(stage)!;
	const updates = scenario.settings.discriminatorSteps;
	const generatorForward = time('generator, discriminator forward');
	const discriminatorForward = time('discriminator forward');
	const parts: StageTime[] = [
		{ stage: 'fakes for the discriminator', ...time('generator forward'), runs: updates },
		{ stage: 'discriminator forward, real and fake', ...discriminatorForward, runs: updates },
		{
			stage: 'discriminator backward',
			...minus(time('discriminator forward, backward'), discriminatorForward),
			runs: updates,
		},
		{ stage: 'generator update: forward through both', ...generatorForward, runs: 1 },
		{
			stage: 'generator update: backward through both',
			...minus(time('generator, discriminator forward, backward'), generatorForward),
			runs: 1,
		},
	];
	const rest = parts.reduce<Best>((left, part) => minus(left, part, part.runs), whole);
	return [
		...parts,
		{ stage: 'optimisers, inputs, and what overlaps', ...rest, runs: 1 },
		{ stage: 'whole generator step', ...whole, runs: 1 },
	];
}
