import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { generate } from '../../methods/networks/big-gan/generator.ts';
import {
	createStandingStatistics,
	disposeStandingStatistics,
} from '../../methods/networks/layers/standing-statistics.ts';
import {
	cloneNetworkState,
	disposeNetworkState,
	type NetworkState,
} from '../../methods/networks/network-state.ts';
import { tf } from '../tensor/tensorflow.ts';
import { drawFakeInputs, oneHotRows } from './fake-inputs.ts';
import type { GanState } from './gan-state.ts';
import type { TrainingSettings } from './settings.ts';

/** The generator as it is measured. */
export interface GeneratorSampler {
	/**
	 * One fake set, batch after batch: [n, R, R, 3] in [0, 1], n ≤ evaluationBatchSize, to be disposed by the
	 * caller. Latents N(0, I) and labels from the seed and the number of the set.
	 */
	fakeSet(set: number): Iterable<Tensor4D>;
	/** `perClass` images of each of the first `classes` classes, class by class: [classes · perClass, R, R, 3]. */
	classGrid(classes: number, perClass: number): Tensor4D;
	dispose(): void;
}

/**
 * Prepares the generator for measuring as in the authors' code (s. their eval_gan_lib.py): the averaged weights,
 * the singular vectors of the raw network (which advance with every call), and batch norm's standing statistics
 * gathered over `standingBatches` batches. The training state is left as it is.
 *
 * @param fakeProbabilities p(y) of the labels; uniform if null. The authors' code measures CLUSTERING with uniform
 * labels; the paper's p(y) is the histogram of the clusters.
 */
export function createGeneratorSampler(
	state: GanState,
	settings: TrainingSettings,
	seed: number,
	fakeProbabilities: ArrayLike<number> | null = null,
): GeneratorSampler {
	const { config } = state;
	const raw = cloneNetworkState(state.generator);
	const network: NetworkState = { ...raw, parameters: state.average.parameters };
	const statistics = createStandingStatistics();
	for (let batch = 0; batch < settings.standingBatches; batch++) {
		tf.tidy(() => {
			const inputs = drawFakeInputs(
				config,
				settings.evaluationBatchSize,
				seed,
				['standing', batch],
				fakeProbabilities,
			);
			generate(config, network, inputs.latents, inputs.labels, { kind: 'accumulate', statistics });
		});
	}

	return {
		*fakeSet(set) {
			for (let start = 0; start < settings.fakesPerSet; start += settings.evaluationBatchSize) {
				const count = Math.min(settings.evaluationBatchSize, settings.fakesPerSet - start);
				yield tf.tidy(() => {
					const name = ['evaluation', set, start];
					const inputs = drawFakeInputs(config, count, seed, name, fakeProbabilities);
					return generate(config, network, inputs.latents, inputs.labels, { kind: 'standing', statistics });
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
				return generate(config, network, latents, labels, { kind: 'standing', statistics });
			});
		},
		dispose() {
			disposeNetworkState(raw);
			disposeStandingStatistics(statistics);
		},
	};
}
