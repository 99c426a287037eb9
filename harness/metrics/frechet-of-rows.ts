import { float64Scope } from '../tensor/float64.ts';
import { tf } from '../tensor/tensorflow.ts';

/**
 * Fréchet distance of two small sets, from their rows: Tr √(Σ₁Σ₂) is the sum of the singular values of A Bᵀ over
 * √((n - 1)(m - 1)), A and B the centred rows. Equal to `frechetDistance` of their statistics, but O(n m d + n³)
 * instead of O(d³), and exact where both covariances are singular: 50 images a class over 2048 features take
 * milliseconds instead of seconds.
 *
 * @param real float32 values, n · dimension, at least two rows
 * @param fake float32 values, m · dimension, at least two rows
 */
export function frechetDistanceOfRows(real: Float32Array, fake: Float32Array, dimension: number): number {
	const tensors = [real, fake].map(values => tf.tensor2d(values, [values.length / dimension, dimension]));
	try {
		return float64Scope(scope => {
			const [a, b] = tensors.map(tensor => {
				const rows = scope.fromTensor(tensor);
				const sum = scope.sum(rows, { axes: [0], keepDims: true });
				const mean = scope.divide(sum, scope.scalar(tensor.shape[0])); // [1, d]
				const centered = scope.subtract(rows, mean);
				const variance = scope.value(scope.sum(scope.multiply(centered, centered)));
				return { mean, centered, divisor: tensor.shape[0] - 1, trace: variance / (tensor.shape[0] - 1) };
			});
			const shift = scope.subtract(a.mean, b.mean);
			const meanTerm = scope.value(scope.sum(scope.multiply(shift, shift)));
			const cross = scope.matMul(a.centered, b.centered, { transposeB: true }); // [n, m]
			const [singularValues] = scope.execute(
				'Svd',
				[cross],
				[
					{ name: 'T', type: 'float64' },
					{ name: 'compute_uv', bool: false },
					{ name: 'full_matrices', bool: false },
				],
				3,
			);
			const root = scope.value(scope.sum(singularValues)) / Math.sqrt(a.divisor * b.divisor);
			return Math.max(0, meanTerm + a.trace + b.trace - 2 * root);
		});
	} finally {
		for (const tensor of tensors) tensor.dispose();
	}
}
