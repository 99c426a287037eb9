import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../tensor/tensorflow.ts';
import { oneHotRows } from '../train/fake-inputs.ts';
import type { GeneratorSampler } from '../train/generator-sampler.ts';
import type { SampleInputs } from './sample-inputs.ts';

export interface BatchRequest {
	readonly sampler: Pick<GeneratorSampler, 'images'>;
	readonly config: { readonly latentSize: number; readonly classes: number };
	/** First image, and the one after the last. */
	readonly from: number;
	readonly to: number;
	/** Images that the network gets: those asked for, then some of latents and labels 0 to fill the batch. */
	readonly batchSize: number;
}

/** Images `from` to `to` of the inputs, and what fills the batch: [batchSize, R, R, 3] in [0, 1]. */
export function imageBatch(inputs: SampleInputs, request: BatchRequest): Tensor4D {
	const { sampler, config, from, to, batchSize } = request;
	const { latentSize, classes } = config;
	const rows = (values: Float32Array, columns: number): Tensor2D => {
		const filled = new Float32Array(batchSize * columns);
		filled.set(values.subarray(from * columns, to * columns));
		return tf.tensor2d(filled, [batchSize, columns]);
	};
	return tf.tidy(() => {
		const latents = rows(inputs.latents, latentSize);
		if (inputs.labelRows) return sampler.images(latents, rows(inputs.labelRows, classes));
		const labels = new Int32Array(batchSize);
		labels.set(inputs.labels!.subarray(from, to));
		return sampler.images(latents, oneHotRows(labels, classes));
	});
}
