import type { Tensor, Tensor1D, Variable } from '@tensorflow/tfjs-node-gpu';
import {
	averageMoments,
	type LayerStatistics,
	type StandingStatistics,
} from '../../../methods/networks/layers/standing-statistics.ts';
import { weight } from '../../../methods/networks/layers/weights.ts';
import type { NetworkState } from '../../../methods/networks/network-state.ts';
import { tf } from '../../tensor/tensorflow.ts';
import { createGeneratorSampler } from '../../train/generator-sampler.ts';
import type { StoredGenerator } from '../stored-generator.ts';
import type { StoredRun } from '../stored-run.ts';

/** A generator of constants: kernels divided by their singular value once, moments of batch norm averaged once. */
export interface FrozenGenerator {
	readonly network: NetworkState;
	readonly statistics: StandingStatistics;
	dispose(): void;
}

/**
 * Freezes the generator as the run measured it: what samplers compute anew for every batch is computed here, from the
 * singular vectors and statistics that gathering left. Another step of the power iteration would change the last
 * digits.
 */
export async function freezeGenerator(run: StoredRun, generator: StoredGenerator): Promise<FrozenGenerator> {
	const { settings, seed, fakeProbabilities } = run;
	const { state } = generator;
	let gathered = generator.raw ? null : run.gathered;
	if (!gathered) {
		const sampler = await createGeneratorSampler(state, settings, seed, fakeProbabilities);
		gathered = sampler.gathered();
		sampler.dispose();
	}
	const stored = (name: string): Tensor => {
		const { shape, values } = gathered.get(name)!;
		return tf.tensor(values.slice(), [...shape]);
	};
	const kept: Tensor[] = [];
	const keep = <T extends Tensor>(tensor: T): T => {
		kept.push(tf.keep(tensor));
		return tensor;
	};
	const parameters = new Map<string, Variable>();
	const layers = new Map<string, LayerStatistics>();
	tf.tidy(() => {
		const singularVectors = new Map(
			[...state.generator.singularVectors.keys()].map(name => [
				name,
				tf.variable(stored(`${name}/u_var`), false),
			]),
		);
		const measured = { ...state.average, singularVectors };
		for (const name of measured.parameters.keys()) {
			parameters.set(name, keep(tf.clone(weight(measured, name))) as unknown as Variable);
		}
		for (const vector of singularVectors.values()) vector.dispose();

		const sums = new Map<string, LayerStatistics>();
		for (const name of gathered.keys()) {
			if (!name.endsWith('/mean_sum')) continue;
			const layer = name.slice(0, -'/mean_sum'.length);
			const read = (part: string): Variable => stored(`${layer}/${part}`) as Variable;
			sums.set(layer, {
				meanSum: read('mean_sum'),
				varianceSum: read('variance_sum'),
				count: read('batches'),
			});
		}
		for (const layer of sums.keys()) {
			const { mean, variance } = averageMoments({ layers: sums }, layer);
			const constant = (tensor: Tensor1D): Variable => keep(tensor) as unknown as Variable;
			layers.set(layer, {
				meanSum: constant(mean),
				varianceSum: constant(variance),
				count: keep(tf.scalar(1)) as unknown as Variable,
			});
		}
	});
	const network = { description: state.average.description, parameters, singularVectors: new Map() };
	return { network, statistics: { layers }, dispose: () => tf.dispose(kept) };
}
