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
	dispose(): void;
}

/**
 * Prepares the generator for measuring as in the authors' code (s. their eval_gan_lib.py): the averaged weights,
 * the singular vectors of the raw network (which advance with every call), and batch norm's standing statistics
 * gathered over `standingBatches` batches. The training state is left as it is.
 *
 * @param fakeProbabilities p(y) of the labels; uniform if null. The authors' code measures CLUSTERING with uniform
 * labels; the paper's p(y) is the histogram of the clusters.
 * @param eager runs operation by operation instead of as a TensorFlow graph; the images are the same
 */
export function createGeneratorSampler(
	state: GanState,
	settings: TrainingSettings,
	seed: number,
	fakeProbabilities: ArrayLike<number> | null = null,
	eager = false,
): GeneratorSampler {
	const { config } = state;
	const raw = cloneNetworkState(state.generator);
	const network: NetworkState = { ...raw, parameters: state.average.parameters };
	const statistics = createStandingStatistics();
	const steps = samplingSteps(config, network, statistics, settings.evaluationBatchSize);
	let program: Program<SamplingStep> | undefined;
	const run = (name: SamplingStep, { latents, labels }: FakeInputs): Tensor4D => {
		const inputs = { latents, labels };
		const outputs = program ? program.run(name, inputs) : steps[name].step(inputs);
		return outputs.images as Tensor4D;
	};
	for (let batch = 0; batch < settings.standingBatches; batch++) {
		// The first batch makes the variables of the statistics, so only the others can be compiled.
		if (batch === 1 && !eager) {
			program = compileProgram({ state: samplingVariables(network, statistics), steps });
		}
		tf.tidy(() => {
			const name = ['standing', batch];
			const { evaluationBatchSize } = settings;
			run('accumulate', drawFakeInputs(config, evaluationBatchSize, seed, name, fakeProbabilities));
		});
	}

	return {
		*fakeSet(set) {
			for (let start = 0; start < settings.fakesPerSet; start += settings.evaluationBatchSize) {
				const count = Math.min(settings.evaluationBatchSize, settings.fakesPerSet - start);
				yield tf.tidy(() => {
					const name = ['evaluation', set, start];
					const inputs = drawFakeInputs(config, count, seed, name, fakeProbabilities);
					return run('standing', inputs);
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
				return run('standing', { latents, labels });
			});
		},
		images: (latents, labels) => tf.tidy(() => run('standing', { latents, labels })),
		dispose() {
			program?.dispose();
			disposeNetworkState(raw);
			disposeStandingStatistics(statistics);
		},
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
