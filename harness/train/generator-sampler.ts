import type { Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-node-gpu';
import type { BigGanConfig } from '../../methods/networks/big-gan/config.ts';
import { generate } from '../../methods/networks/big-gan/generator.ts';
import {
	createStandingStatistics,
	disposeStandingStatistics,
	type StandingStatistics,
} from '../../methods/networks/layers/standing-statistics.ts';
import {
	cloneNetworkState,
	disposeNetworkState,
	type NetworkState,
} from '../../methods/networks/network-state.ts';
import { compileProgram, type Program, type StepDefinition } from '../tensor/compile/program.ts';
import type { Step } from '../tensor/compile/record-step.ts';
import { tf } from '../tensor/tensorflow.ts';
import { drawFakeInputs, oneHotRows } from './fake-inputs.ts';
import type { GanState } from './gan-state.ts';
import { type GatheredStatistics, gatheredOf, restoreGathered } from './gathered-statistics.ts';
import type { TrainingSettings } from './settings.ts';
import type { FakeInputs } from './sub-step.ts';

/** The generator as it is measured. */
export interface GeneratorSampler {
	/**
	 * One fake set, batch after batch: [n, R, R, 3] in [0, 1], n ≤ evaluationBatchSize, to be disposed by the
	 * caller. Latents N(0, I) and labels from the seed and the number of the set.
	 */
	fakeSet(set: number): Iterable<Tensor4D>;
	/** `perClass` images of each of the first `classes` classes, class by class: [classes · perClass, R, R, 3]. */
	classGrid(classes: number, perClass: number): Tensor4D;
	/** Images of these latents [n, latentSize] and label rows [n, classes]: [n, R, R, 3]. The inputs stay. */
	images(latents: Tensor2D, labels: Tensor2D): Tensor4D;
	/** What was gathered to measure with; of use before the first image, which advances the singular vectors. */
	gathered(): GatheredStatistics;
	dispose(): void;
}

/** How gathering is followed and ended. */
export interface GatheringOptions {
	/** Ends it after the batch at hand, with the signal's reason. */
	readonly signal?: AbortSignal;
	/** Told after every batch how many of them are done. */
	readonly onBatch?: (done: number, total: number) => void;
}

/**
 * Prepares the generator for measuring as in the authors' code (s. their eval_gan_lib.py): the averaged weights,
 * the singular vectors of the raw network (which advance with every call), and batch norm's standing statistics
 * gathered over `standingBatches` batches, each in a turn of the event loop of its own. The training state is left
 * as it is.
 *
 * @param fakeProbabilities p(y) of the labels; uniform if null. The authors' code measures CLUSTERING with uniform
 * labels; the paper's p(y) is the histogram of the clusters.
 * @param eager runs operation by operation instead of as a TensorFlow graph; the images are the same
 * @param gathered of an earlier sampler of the same weights, see `restoreGeneratorSampler`. Default: gathers
 * @throws RangeError if `gathered` is of other networks
 * @throws the reason of `options.signal` once it is aborted
 */
export async function createGeneratorSampler(
	state: GanState,
	settings: TrainingSettings,
	seed: number,
	fakeProbabilities: ArrayLike<number> | null = null,
	eager = false,
	gathered: GatheredStatistics | null = null,
	{ signal, onBatch }: GatheringOptions = {},
): Promise<GeneratorSampler> {
	if (gathered) return restoreGeneratorSampler(state, settings, seed, fakeProbabilities, eager, gathered);
	const generator = prepareGenerator(state, settings);
	const { network, statistics, steps } = generator;
	const { evaluationBatchSize, standingBatches } = settings;
	try {
		for (let batch = 0; batch < standingBatches; batch++) {
			signal?.throwIfAborted();
			// The first batch makes the variables of the statistics, so only the others can be compiled.
			if (batch === 1 && !eager) {
				generator.program = compileProgram({ state: samplingVariables(network, statistics), steps });
			}
			tf.tidy(() => {
				const name = ['standing', batch];
				const inputs = drawFakeInputs(state.config, evaluationBatchSize, seed, name, fakeProbabilities);
				generator.run('accumulate', inputs);
			});
			onBatch?.(batch + 1, standingBatches);
			// At the paper's size there are 3,200 batches: signals are heard, and a run's lock is kept alive.
			await new Promise(resolve => setImmediate(resolve));
		}
		signal?.throwIfAborted();
	} catch (error) {
		generator.dispose();
		throw error;
	}
	return samplerOf(generator, settings, seed, fakeProbabilities);
}

/**
 * A sampler of statistics that an earlier one gathered for the same weights: it gives its images again bit for bit.
 *
 * @throws RangeError if `gathered` is of other networks
 */
export function restoreGeneratorSampler(
	state: GanState,
	settings: TrainingSettings,
	seed: number,
	fakeProbabilities: ArrayLike<number> | null,
	eager: boolean,
	gathered: GatheredStatistics,
): GeneratorSampler {
	const generator = prepareGenerator(state, settings);
	const { network, statistics, steps } = generator;
	try {
		restoreGathered(network, statistics, gathered);
		if (!eager) {
			const { standing } = steps;
			generator.program = compileProgram({
				state: samplingVariables(network, statistics),
				steps: { standing },
			});
		}
	} catch (error) {
		generator.dispose();
		throw error;
	}
	return samplerOf(generator, settings, seed, fakeProbabilities);
}

/** The averaged network with singular vectors of its own, and statistics yet to be filled. */
function prepareGenerator({ config, generator, average }: GanState, settings: TrainingSettings) {
	const raw = cloneNetworkState(generator);
	const network: NetworkState = { ...raw, parameters: average.parameters };
	const statistics = createStandingStatistics();
	const steps = samplingSteps(config, network, statistics, settings.evaluationBatchSize);
	return {
		config,
		network,
		statistics,
		steps,
		/** Runs the steps once it is there. */
		program: undefined as Program<SamplingStep> | Program<'standing'> | undefined,
		run(name: SamplingStep, { latents, labels }: FakeInputs): Tensor4D {
			const inputs = { latents, labels };
			const outputs = this.program
				? (this.program as Program<SamplingStep>).run(name, inputs)
				: steps[name].step(inputs);
			return outputs.images as Tensor4D;
		},
		dispose() {
			this.program?.dispose();
			disposeNetworkState(raw);
			disposeStandingStatistics(statistics);
		},
	};
}

function samplerOf(
	generator: ReturnType<typeof prepareGenerator>,
	settings: TrainingSettings,
	seed: number,
	fakeProbabilities: ArrayLike<number> | null,
): GeneratorSampler {
	const { config, network, statistics } = generator;
	return {
		*fakeSet(set) {
			for (let start = 0; start < settings.fakesPerSet; start += settings.evaluationBatchSize) {
				const count = Math.min(settings.evaluationBatchSize, settings.fakesPerSet - start);
				yield tf.tidy(() => {
					const name = ['evaluation', set, start];
					const inputs = drawFakeInputs(config, count, seed, name, fakeProbabilities);
					return generator.run('standing', inputs);
				});
			}
		},
		classGrid(classes, perClass) {
			return tf.tidy(() => {
				const rows = Int32Array.from({ length: classes * perClass }, (_, index) =>
					Math.floor(index / perClass),
				);
				const { latents } = drawFakeInputs(config, rows.length, seed, ['samples']);
				const labels = oneHotRows(
					rows.map(label => Math.min(label, config.classes - 1)),
					config.classes,
				);
				return generator.run('standing', { latents, labels });
			});
		},
		gathered() {
			generator.program?.readState();
			return gatheredOf(network, statistics);
		},
		images: (latents, labels) => tf.tidy(() => generator.run('standing', { latents, labels })),
		dispose: () => generator.dispose(),
	};
}

type SamplingStep = 'accumulate' | 'standing';

/** The two things that measuring does with a generator. */
function samplingSteps(
	config: BigGanConfig,
	network: NetworkState,
	statistics: StandingStatistics,
	batchSize: number,
): Record<SamplingStep, StepDefinition> {
	const inputs = {
		latents: { shape: [batchSize, config.latentSize] },
		labels: { shape: [batchSize, config.classes] },
	};
	const generateIn =
		(kind: SamplingStep): Step =>
		({ latents, labels }) => ({
			images: generate(config, network, latents as Tensor2D, labels as Tensor2D, { kind, statistics }),
		});
	return {
		accumulate: { inputs, step: generateIn('accumulate') },
		standing: { inputs, step: generateIn('standing') },
	};
}

function samplingVariables(network: NetworkState, statistics: StandingStatistics): Map<string, Variable> {
	const variables = new Map<string, Variable>();
	for (const [name, parameter] of network.parameters) variables.set(`parameter ${name}`, parameter);
	for (const [name, vector] of network.singularVectors) variables.set(`singular vector ${name}`, vector);
	for (const [layer, { meanSum, varianceSum, count }] of statistics.layers) {
		variables
			.set(`mean ${layer}`, meanSum)
			.set(`variance ${layer}`, varianceSum)
			.set(`count ${layer}`, count);
	}
	return variables;
}
