import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { float64Scope } from '../../harness/tensor/float64.ts';
import type { Stream } from '../../harness/tensor/random.ts';
import { tf } from '../../harness/tensor/tensorflow.ts';
import { type ParameterSpec, sizeOfShape } from './parameters.ts';

/** Standard deviation of the `normal` initialiser, the default of the authors' code. */
const normalDeviation = 0.02;

/** Standard deviation of N(0, 1) cut off at ±2. */
const truncatedDeviation = 0.87962566103423978;

/**
 * A fresh value of a parameter, float32, of its shape. Draws exactly what it needs from the stream.
 *
 * @throws RangeError for an orthogonal or glorot-normal tensor of rank below 2
 */
export function initialValue(spec: ParameterSpec, stream: Stream): Tensor {
	const shape = [...spec.shape];
	const size = sizeOfShape(shape);
	switch (spec.initializer) {
		case 'zeros':
			return tf.zeros(shape);
		case 'ones':
			return tf.ones(shape);
		case 'normal': {
			const values = stream.normals(size).map(value => value * normalDeviation);
			return tf.tensor(values, shape, 'float32');
		}
		case 'glorot-normal':
			return tf.tensor(glorotNormal(shape, stream), shape, 'float32');
		case 'orthogonal':
			return orthogonal(shape, stream);
	}
}

/**
 * Orthogonal matrix as TensorFlow draws it: the flattened tensor [product of all but last, last] is Q of the QR
 * factorisation of a Gaussian matrix with at least as many rows as columns, with the signs that make R's diagonal
 * positive, transposed where the tensor has fewer rows than columns. All singular values are 1.
 *
 * Q is found as CholeskyQR2 in double precision (Yamamoto et al. 2015, https://etna.math.kent.edu/vol.44.2015):
 * two matrix products and one small factorisation, twice, which multi-threaded kernels do in seconds where a
 * Householder QR of the largest kernel of the paper, 13,824 × 1,536, takes minutes.
 */
function orthogonal(shape: readonly number[], stream: Stream): Tensor {
	const [rows, columns] = flattenedShape(shape);
	const long = Math.max(rows, columns);
	const short = Math.min(rows, columns);
	return float64Scope(scope => {
		const widen = (make: () => Tensor) => {
			const tensor = make();
			const wide = scope.fromTensor(tensor);
			tensor.dispose();
			return wide;
		};
		let factor = widen(() => tf.tensor2d(stream.normals(long * short), [long, short]));
		const identity = widen(() => tf.eye(short));
		for (let pass = 0; pass < 2; pass++) {
			const lower = scope.cholesky(scope.matMul(factor, factor, { transposeA: true }));
			// R = lowerᵀ, so Q = A R⁻¹ = A (lower⁻¹)ᵀ.
			const inverse = scope.solveTriangular(lower, identity);
			factor = scope.matMul(factor, inverse, { transposeB: true }); // [long, short]
		}
		const oriented = rows < columns ? scope.transpose(factor) : factor; // [rows, columns]
		return scope.toTensor(scope.reshape(oriented, shape));
	});
}

/** TensorFlow's Glorot normal: cut off at two deviations, and widened so that the variance is 2/(in + out). */
function glorotNormal(shape: readonly number[], stream: Stream): Float32Array {
	const [rows, outputs] = flattenedShape(shape);
	const fieldSize = sizeOfShape(shape.slice(0, -2));
	const deviation = Math.sqrt(2 / (rows + fieldSize * outputs)) / truncatedDeviation;
	const values = new Float32Array(sizeOfShape(shape));
	let filled = 0;
	while (filled < values.length) {
		for (const value of stream.normals(values.length - filled)) {
			if (Math.abs(value) < 2) values[filled++] = value * deviation;
		}
	}
	return values;
}

function flattenedShape(shape: readonly number[]): [rows: number, columns: number] {
	if (shape.length < 2) throw new RangeError(`shape: expected rank 2 or more to initialise, got [${shape}]`);
	return [sizeOfShape(shape.slice(0, -1)), shape.at(-1)!];
}
