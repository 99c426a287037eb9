import type { Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-node-gpu';
import { generate } from '../../methods/networks/big-gan/generator.ts';
import { cloneNetworkState, disposeNetworkState } from '../../methods/networks/network-state.ts';
import { compileProgram } from '../tensor/compile/program.ts';
import type { GanState } from '../train/gan-state.ts';
import type { GeneratorSampler } from '../train/generator-sampler.ts';

/**
 * The generator as it is trained, not as it is measured: batch norm divides by the moments of the batch at hand, so
 * an image depends on the images that are made with it.
 *
 * @param batchSize images of a batch; others work too, and are compiled when they come
 */
export function createBatchSampler(
	{ config, generator, average }: GanState,
	batchSize: number,
): Pick<GeneratorSampler, 'images' | 'dispose'> {
	const raw = cloneNetworkState(generator);
	const network = { ...raw, parameters: average.parameters };
	const state = new Map<string, Variable>();
	for (const [name, parameter] of network.parameters) state.set(`parameter ${name}`, parameter);
	for (const [name, vector] of network.singularVectors) state.set(`singular vector ${name}`, vector);
	const program = compileProgram({
		state,
		steps: {
			batch: {
				inputs: {
					latents: { shape: [batchSize, config.latentSize] },
					labels: { shape: [batchSize, config.classes] },
				},
				step: ({ latents, labels }) => ({
					images: generate(config, network, latents as Tensor2D, labels as Tensor2D, { kind: 'batch' }),
				}),
			},
		},
	});
	return {
		images: (latents, labels) => program.run('batch', { latents, labels }).images as Tensor4D,
		dispose() {
			program.dispose();
			disposeNetworkState(raw);
		},
	};
}
