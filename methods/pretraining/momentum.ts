import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../harness/tensor/tensorflow.ts';

/** Zero velocities of the parameters, by name; not trainable, to be disposed by the caller. */
export function createVelocities(parameters: ReadonlyMap<string, Variable>): Map<string, Variable> {
	return new Map(
		[...parameters].map(([name, { shape }]) => [name, tf.tidy(() => tf.variable(tf.zeros(shape), false))]),
	);
}

/**
 * One update of SGD with momentum in the form of TensorFlow's MomentumOptimizer, in place:
 *
 *   v ← momentum · v + g + weightDecay · w,  w ← w − learningRate · v
 *
 * where the decay, the gradient of ½ · weightDecay · ‖w‖², applies to names that end in `/kernel`: neither batch
 * norms nor biases have it.
 *
 * @param gradients by parameter name; parameters without one stay
 */
export function applyMomentum(
	parameters: ReadonlyMap<string, Variable>,
	velocities: ReadonlyMap<string, Variable>,
	gradients: ReadonlyMap<string, Tensor>,
	settings: { readonly momentum: number; readonly weightDecay: number },
	learningRate: Scalar,
): void {
	const { momentum, weightDecay } = settings;
	tf.tidy(() => {
		for (const [name, gradient] of gradients) {
			const parameter = parameters.get(name)!;
			const velocity = velocities.get(name)!;
			const decayed = name.endsWith('/kernel') ? tf.add(gradient, tf.mul(parameter, weightDecay)) : gradient;
			velocity.assign(tf.add(tf.mul(velocity, momentum), decayed));
			parameter.assign(tf.sub(parameter, tf.mul(velocity, learningRate)));
		}
	});
}
