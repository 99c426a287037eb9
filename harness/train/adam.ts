import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../tensor/tensorflow.ts';

export interface AdamSettings {
	/** Step size. */
	readonly learningRate: number;
	/** Decay of the first moment; 0 in the paper, where the moment is the gradient itself. */
	readonly beta1: number;
	/** Decay of the second moment; 0.999 in the paper. */
	readonly beta2: number;
	/** Added to the root of the uncorrected second moment; 1e-8. */
	readonly epsilon: number;
}

/** Optimiser state of one network: moments by parameter name, and the number of updates done. */
export interface AdamState {
	/** Absent for a parameter if beta1 is 0. */
	readonly firstMoments: ReadonlyMap<string, Variable>;
	readonly secondMoments: ReadonlyMap<string, Variable>;
	updates: number;
}

/** Zero moments for each parameter; to be disposed with `disposeAdamState`. */
export function createAdamState(
	parameters: ReadonlyMap<string, Variable>,
	settings: AdamSettings,
): AdamState {
	const zeros = (): Map<string, Variable> =>
		new Map(
			[...parameters].map(([name, value]) => [
				name,
				tf.tidy(() => tf.variable(tf.zeros(value.shape), false)),
			]),
		);
	return { firstMoments: settings.beta1 === 0 ? new Map() : zeros(), secondMoments: zeros(), updates: 0 };
}

export function disposeAdamState(state: AdamState): void {
	for (const moments of [state.firstMoments, state.secondMoments]) {
		for (const moment of moments.values()) moment.dispose();
	}
}

/**
 * Counts one more update and returns its bias-corrected step size, lr · √(1 − β2ᵗ)/(1 − β1ᵗ), in double
 * precision: it changes with every update, so it is an input of a compiled step and no constant.
 */
export function nextStepSize(state: AdamState, settings: AdamSettings): number {
	state.updates += 1;
	const { learningRate, beta1, beta2 } = settings;
	return (learningRate * Math.sqrt(1 - beta2 ** state.updates)) / (1 - beta1 ** state.updates);
}

/**
 * One update of TensorFlow 1's Adam, in place:
 *
 *   m ← β1 m + (1 − β1) g,  v ← β2 v + (1 − β2) g²,  w ← w − lr · √(1 − β2ᵗ)/(1 − β1ᵗ) · m / (√v + ε)
 *
 * ε stands outside the bias correction ("ε-hat" of Kingma and Ba, end of §2), unlike in tf.train.adam.
 *
 * @param gradients by parameter name, of the parameters' shapes; left to the caller to dispose
 * @param stepSize of `nextStepSize`, a scalar
 */
export function applyAdam(
	parameters: ReadonlyMap<string, Variable>,
	gradients: ReadonlyMap<string, Tensor>,
	state: AdamState,
	settings: AdamSettings,
	stepSize: Scalar,
): void {
	const { beta1, beta2, epsilon } = settings;
	tf.tidy(() => {
		for (const [name, gradient] of gradients) {
			const parameter = parameters.get(name)!;
			const secondMoment = state.secondMoments.get(name)!;
			secondMoment.assign(tf.add(tf.mul(secondMoment, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
			const firstMoment = state.firstMoments.get(name);
			firstMoment?.assign(tf.add(tf.mul(firstMoment, beta1), tf.mul(gradient, 1 - beta1)));
			const direction = tf.div(firstMoment ?? gradient, tf.add(tf.sqrt(secondMoment), epsilon));
			parameter.assign(tf.sub(parameter, tf.mul(direction, stepSize)));
		}
	});
}
