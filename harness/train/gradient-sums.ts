import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../tensor/tensorflow.ts';

/** Running sums of gradients by parameter name; all zero between two updates. */
export type GradientSums = ReadonlyMap<string, Variable>;

/** Zeros for each parameter; to be disposed with `disposeGradientSums`. */
export function createGradientSums(parameters: ReadonlyMap<string, Variable>): GradientSums {
	const zeros = ({ shape }: Variable): Variable => tf.tidy(() => tf.variable(tf.zeros(shape), false));
	return new Map([...parameters].map(([name, parameter]) => [name, zeros(parameter)]));
}

export function disposeGradientSums(sums: GradientSums): void {
	for (const sum of sums.values()) sum.dispose();
}

/**
 * Adds one micro-batch's gradients to the sums.
 *
 * @param share part of the whole batch that the micro-batch is, in (0, 1]: the losses are means over their batch
 * @returns the losses of the micro-batch
 */
export function accumulate(
	sums: GradientSums,
	share: number,
	differentiate: () => { gradients: ReadonlyMap<string, Tensor>; losses: Record<string, Scalar> },
): Record<string, Scalar> {
	return tf.tidy(() => {
		const { gradients, losses } = differentiate();
		for (const [name, gradient] of gradients) {
			const sum = sums.get(name)!;
			sum.assign(tf.add(sum, tf.mul(gradient, share)));
		}
		return losses;
	});
}

/** Gives the sums to an optimiser and sets them back to zero. */
export function takeSums(
	sums: GradientSums,
	apply: (gradients: ReadonlyMap<string, Tensor>) => void,
): Record<string, never> {
	tf.tidy(() => {
		apply(sums);
		for (const sum of sums.values()) sum.assign(tf.zerosLike(sum));
	});
	return {};
}
