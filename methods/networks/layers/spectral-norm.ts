import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import { runKernel } from '../../../harness/tensor/kernels.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { sizeOfShape } from '../parameters.ts';

/** Lower bound of a squared length before it is divided by. */
const epsilon = 1e-12;

/**
 * Shape of the stored singular vector of a kernel: that of the shorter side of the kernel flattened to
 * [product of all but last, last], a column [rows, 1] if rows ≤ columns, else a row [1, columns]. This is
 * `singular_value = "auto"` of https://github.com/google/compare_gan/blob/master/compare_gan/architectures/arch_ops.py
 */
export function singularVectorShape(shape: readonly number[]): [number, number] {
	const rows = sizeOfShape(shape.slice(0, -1));
	const columns = shape.at(-1)!;
	return rows <= columns ? [rows, 1] : [1, columns];
}

/**
 * Kernel divided by an estimate σ of its largest singular value: one power iteration from the stored vector,
 * which is overwritten with the result, in training and in inference alike. The singular vectors count as
 * constants for the gradient, σ does not:
 *
 *   W̄ = W / σ,   σ = uᵀ W v,   ∂L/∂W = (G − ⟨G, W̄⟩ u vᵀ) / σ   with G = ∂L/∂W̄
 *
 * Miyato et al. 2018 (arXiv 1802.05957), equations 9 to 12; no lower bound on σ, as in compare_gan.
 *
 * @param kernel any shape of rank 2 or more
 * @param singularVector of `singularVectorShape(kernel.shape)`
 * @returns the kernel's shape
 */
export function spectralNorm(kernel: Tensor, singularVector: Variable): Tensor {
	const columns = kernel.shape.at(-1)!;
	const rows = kernel.size / columns;
	const normalise = tf.customGrad((weights, save) => {
		const matrix = tf.reshape(weights as Tensor, [rows, columns]);
		// The stored side may be a row: transposing it costs nothing, as one of its extents is 1.
		const storedLeft = rows <= columns;
		const stored = storedLeft ? singularVector : tf.reshape(singularVector, [columns, 1]);
		const other = unit(multiply(matrix, stored, storedLeft));
		const image = multiply(matrix, other, !storedLeft);
		const advanced = unit(image);
		const sigma = tf.sum(tf.mul(advanced, image)); // []
		singularVector.assign(tf.reshape(advanced, singularVector.shape as [number, number]));
		const normalised = tf.div(weights as Tensor, sigma);
		const [left, right] = storedLeft ? [advanced, other] : [other, advanced]; // [rows, 1], [columns, 1]
		(save as (tensors: Tensor[]) => void)([normalised, sigma, left, right]);
		const gradFunc = (upstream: Tensor, saved: Tensor[]): Tensor => {
			const [kernelNormalised, largest, u, v] = saved;
			const along = tf.sum(tf.mul(upstream, kernelNormalised)); // []
			const rankOne = tf.reshape(matrixProduct(tf.mul(u, along), v, false, true), kernel.shape);
			return tf.div(tf.sub(upstream, rankOne), largest);
		};
		return { value: normalised, gradFunc };
	});
	return normalise(kernel);
}

/** matrix · vector, or matrixᵀ · vector. */
const multiply = (matrix: Tensor, vector: Tensor, transpose: boolean): Tensor =>
	matrixProduct(matrix, vector, transpose, false);

function matrixProduct(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
	const attributes = {
		T: { type: 'float32' },
		transpose_a: { bool: transposeA },
		transpose_b: { bool: transposeB },
	} as const;
	return runKernel('MatMul', attributes, [a, b])[0];
}

const unit = (vector: Tensor): Tensor =>
	tf.mul(vector, tf.rsqrt(tf.maximum(tf.sum(tf.square(vector)), epsilon)));
