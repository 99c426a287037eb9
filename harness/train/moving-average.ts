import type { Variable } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../tensor/tensorflow.ts';

/**
 * One step of the generator's exponential moving average, in place: shadow ← shadow − (1 − decay)(shadow − w).
 * With decay 0 the shadow becomes the weights, which is how the authors' code runs before `emaStartStep`.
 */
export function updateMovingAverage(
	shadows: ReadonlyMap<string, Variable>,
	parameters: ReadonlyMap<string, Variable>,
	decay: number,
): void {
	tf.tidy(() => {
		for (const [name, shadow] of shadows) {
			const parameter = parameters.get(name)!;
			shadow.assign(
				decay === 0 ? tf.clone(parameter) : tf.sub(shadow, tf.mul(tf.sub(shadow, parameter), 1 - decay)),
			);
		}
	});
}
