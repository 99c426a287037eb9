import { tf } from '../../tensor/tensorflow.ts';
import type { GanState } from '../../train/gan-state.ts';
import { createGeneratorSampler } from '../../train/generator-sampler.ts';
import type { TrainingSettings } from '../../train/settings.ts';
import { firstNonFinite } from '../checkpoint/named-tensors.ts';
import { namedWeights } from '../weights.ts';

/**
 * Why a state cannot be scored, undefined if it can: a weight that is not finite, or images that are not, as weights
 * of 1e30 give them. The state is left as it is.
 */
export async function unusable(
	state: GanState,
	settings: TrainingSettings,
	fakeProbabilities: ArrayLike<number> | null | undefined,
): Promise<string | undefined> {
	const name = firstNonFinite(namedWeights(state));
	if (name !== undefined) return `${name} is not finite`;
	// One batch of each kind: whether images are finite does not depend on how many there are.
	const size = Math.min(settings.evaluationBatchSize, settings.fakesPerSet);
	const small = { ...settings, evaluationBatchSize: size, standingBatches: 1, fakesPerSet: size };
	const sampler = await createGeneratorSampler(state, small, 1, fakeProbabilities, true);
	try {
		const finite = tf.tidy(() => {
			const [images] = sampler.fakeSet(0);
			return tf.all(tf.isFinite(images)).dataSync()[0] === 1;
		});
		return finite ? undefined : 'the images are not finite';
	} finally {
		sampler.dispose();
	}
}
