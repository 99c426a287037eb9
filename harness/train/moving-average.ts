import type { Scalar, Variable } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../tensor/tensorflow.ts';

/**
 * One step of the generator's exponential moving average, in place: shadow ← shadow − rate · (shadow − w). With
 * rate 1 the shadow becomes the weights, which is how the authors' code runs before `emaStartStep`.
 *
 * @param rate 1 − decay, in (0, 1]; a scalar tensor where it is an input of a compiled step
 */
export function updateMovingAverage(
	shadows: ReadonlyMap<string, Variable>,
	parameters: ReadonlyMap<string, Variable>,
	rate: number | Scalar,
): void {
	tf.tidy(() => {
		for (const [name, shadow] of shadows) {
			const parameter = parameters.get(name)!;
			shadow.assign(
				rate === 1 ? tf.clone(parameter) : tf.sub(shadow, tf.mul(tf.sub(shadow, parameter), rate)),
			);
		}
	});
}
