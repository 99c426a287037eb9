import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { float64Scope } from '../tensor/float64.ts';
import { tf } from '../tensor/tensorflow.ts';

/**
 * Squared Euclidean distances of all pairs of rows, [n, m] in float32. They are computed as |a|² + |b|² - 2 a·b
 * in float64 after `center` was taken away from both, because the same in float32 loses close pairs altogether:
 * for vectors of length 20 it cannot tell distances below 0.01. What float64 cannot tell from zero (a distance
 * of about 1e-6 of the vectors' length, the rounding of float32 features) becomes exactly zero, so that copies
 * of an image have distance 0.
 *
 * @param a float32 [n, d]
 * @param b float32 [m, d]
 * @param center float32 [d], anything near the rows
 */
export function squaredDistances(a: Tensor2D, b: Tensor2D, center: Tensor1D): Tensor2D {
	const [distances, lengths] = float64Scope(scope => {
		const middle = scope.fromTensor(center);
		const x = scope.subtract(scope.fromTensor(a), middle);
		const y = scope.subtract(scope.fromTensor(b), middle);
		const xSquares = scope.sum(scope.multiply(x, x), { axes: [1], keepDims: true }); // [n, 1]
		const ySquares = scope.transpose(scope.sum(scope.multiply(y, y), { axes: [1], keepDims: true })); // [1, m]
		const squares = scope.add(xSquares, ySquares); // [n, m]
		const products = scope.matMul(scope.multiply(x, scope.scalar(2)), y, { transposeB: true });
		return [scope.toTensor(scope.subtract(squares, products)), scope.toTensor(squares)];
	});
	const rounding = 4 * a.shape[1] * Number.EPSILON;
	const result = tf.tidy(() =>
		tf.where(tf.greater(distances, tf.mul(lengths, rounding)), distances, tf.zerosLike(distances)),
	);
	tf.dispose([distances, lengths]);
	return result as Tensor2D;
}
