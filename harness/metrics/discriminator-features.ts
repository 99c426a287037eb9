import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Tensor, Tensor4D, Variable } from '@tensorflow/tfjs-node-gpu';
import { describeDiscriminator } from '../../methods/networks/big-gan/describe-discriminator.ts';
import { discriminate } from '../../methods/networks/big-gan/discriminator.ts';
import { disposeNetworkState } from '../../methods/networks/network-state.ts';
import { readStoredNetwork } from '../samples/stored-generator.ts';
import type { StoredRun } from '../samples/stored-run.ts';
import { tf } from '../tensor/tensorflow.ts';
import type { CacheableExtractor } from './evaluators/batch-features.ts';

/**
 * Features h of a run's discriminator: rectified activations reduced over height and width, what its logits are a
 * linear function of. Behind the interface of an evaluator, so that they can be cached like its features.
 *
 * Each forward pass advances the singular vectors of spectral normalisation; they are put back after every batch,
 * so that the features of an image do not depend on the batches before it.
 *
 * @throws UsageError if the stored tensors do not fit the method's networks
 */
export function discriminatorFeatures(run: StoredRun): CacheableExtractor & { dispose(): void } {
	const { config, folder, weights } = run;
	const state = readStoredNetwork(folder, describeDiscriminator(config), weights, '');
	const stored = new Map<Variable, Tensor>();
	for (const vector of state.singularVectors.values()) stored.set(vector, tf.keep(tf.clone(vector)));
	const fingerprint = createHash('sha256')
		.update(`discriminator features 1 ${JSON.stringify(config)} `)
		.update(readFileSync(run.weightsFile))
		.digest('hex');
	return {
		fingerprint,
		dimension: state.parameters.get('discriminator/final_fc/kernel')!.shape[0],
		classes: 1,
		preprocessing: { pixels: '[0, 1], quantisation none' },
		logitsBias: true,
		extract(images: Tensor4D) {
			try {
				return tf.tidy(() => {
					const { features, logits } = discriminate(config, state, images);
					return { features, logits: tf.reshape(logits, [images.shape[0], 1]) };
				});
			} finally {
				for (const [vector, value] of stored) vector.assign(value);
			}
		},
		dispose() {
			disposeNetworkState(state);
			tf.dispose([...stored.values()]);
		},
	};
}
