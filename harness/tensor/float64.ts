import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from './tensorflow.ts';

/** A float64 tensor inside TensorFlow. TensorFlow.js has no such type, so it never becomes a `tf.Tensor`. */
export interface Float64Tensor {
	/** Handle in the native binding. */
	readonly id: number;
	readonly shape: readonly number[];
}

/** Attribute of a TensorFlow kernel; a `type` of `float64` or `int32` stands for TensorFlow's enumeration. */
export type KernelAttribute =
	| { readonly name: string; readonly type: 'float64' | 'float32' | 'int32' }
	| { readonly name: string; readonly bool: boolean }
	| { readonly name: string; readonly int: number };

/**
 * TensorFlow kernels in double precision. Every result lives until the scope ends, except what `keep` was given.
 * Matrices are [rows, columns]; a leading batch is allowed where the kernel allows it.
 */
export interface Float64Scope {
	/** Row-major values, bit for bit. Throws RangeError if the shape holds another number of values. */
	fromValues(values: Float64Array, shape: readonly number[]): Float64Tensor;
	/** A float32 or int32 tensor, widened; exact. */
	fromTensor(tensor: Tensor): Float64Tensor;
	scalar(value: number): Float64Tensor;
	/** The values, bit for bit, row-major. */
	values(tensor: Float64Tensor): Float64Array;
	/** The only value of a tensor with one element. */
	value(tensor: Float64Tensor): number;
	/** Rounded to float32; the caller disposes the result, as any other tensor. */
	toTensor(tensor: Float64Tensor): Tensor;
	/** Lets a tensor outlive the scope; `disposeFloat64` frees it. */
	keep(tensor: Float64Tensor): Float64Tensor;

	/** Element by element, with broadcasting. */
	add(a: Float64Tensor, b: Float64Tensor): Float64Tensor;
	subtract(a: Float64Tensor, b: Float64Tensor): Float64Tensor;
	multiply(a: Float64Tensor, b: Float64Tensor): Float64Tensor;
	divide(a: Float64Tensor, b: Float64Tensor): Float64Tensor;
	maximum(a: Float64Tensor, b: Float64Tensor): Float64Tensor;
	sqrt(a: Float64Tensor): Float64Tensor;
	exp(a: Float64Tensor): Float64Tensor;
	log(a: Float64Tensor): Float64Tensor;
	logSoftmax(a: Float64Tensor): Float64Tensor;
	/** a · b, either of them transposed first. */
	matMul(
		a: Float64Tensor,
		b: Float64Tensor,
		options?: { readonly transposeA?: boolean; readonly transposeB?: boolean },
	): Float64Tensor;
	/** Axes reversed unless given. */
	transpose(a: Float64Tensor, permutation?: readonly number[]): Float64Tensor;
	reshape(a: Float64Tensor, shape: readonly number[]): Float64Tensor;
	/** Over all axes unless some are given. */
	sum(
		a: Float64Tensor,
		options?: { readonly axes?: readonly number[]; readonly keepDims?: boolean },
	): Float64Tensor;
	/** Sum of the diagonal of a matrix. */
	trace(a: Float64Tensor): Float64Tensor;
	/** Lower triangular factor; NaN (with TensorFlow's warning on stderr) if the matrix is not positive definite. */
	cholesky(a: Float64Tensor): Float64Tensor;
	/** Eigenvalues in ascending order, and eigenvectors as columns, of a symmetric matrix (lower half is read). */
	eigenSymmetric(a: Float64Tensor): { readonly values: Float64Tensor; readonly vectors: Float64Tensor };
	/** x with matrix · x = right, or matrixᵀ · x = right. Options: lower = true, transpose = false. */
	solveTriangular(
		matrix: Float64Tensor,
		right: Float64Tensor,
		options?: { readonly lower?: boolean; readonly transpose?: boolean },
	): Float64Tensor;
	/** Any other kernel; the caller sees to it that every output is float64. */
	execute(
		kernel: string,
		inputs: readonly Float64Tensor[],
		attributes: readonly KernelAttribute[],
		outputCount?: number,
	): readonly Float64Tensor[];
}

// TF_DOUBLE of TensorFlow's C API; the binding names only the types that TensorFlow.js has.
const doubleType = 2;

interface Metadata {
	readonly id: number;
	readonly shape: number[];
	readonly dtype: number;
}

interface NativeBinding {
	readonly TF_FLOAT: number;
	readonly TF_INT32: number;
	readonly TF_ATTR_INT: number;
	readonly TF_ATTR_BOOL: number;
	readonly TF_ATTR_TYPE: number;
	createTensor(shape: number[], type: number, values: Int32Array): number;
	deleteTensor(id: number): void;
	tensorDataSync(id: number): Int32Array;
	executeOp(kernel: string, attributes: object[], ids: number[], outputCount: number): Metadata[];
	getNumOfTensors(): number;
}

interface NativeBackend {
	readonly binding: NativeBinding;
	getInputTensorIds(tensors: Tensor[]): number[];
	createOutputTensor(metadata: Metadata): Tensor;
}

const nativeBackend = (): NativeBackend => tf.backend() as unknown as NativeBackend;

/** Number of tensors that the native library holds, float64 ones among them: `tf.memory()` does not see those. */
export function countNativeTensors(): number {
	return nativeBackend().binding.getNumOfTensors();
}

/** Frees a tensor that outlived its scope. */
export function disposeFloat64(tensor: Float64Tensor): void {
	nativeBackend().binding.deleteTensor(tensor.id);
}

/**
 * Runs a computation in double precision and frees its intermediate tensors, also when it throws.
 *
 * @example float64Scope(scope => scope.value(scope.trace(scope.fromValues(matrix, [3, 3]))))
 */
export function float64Scope<Result>(compute: (scope: Float64Scope) => Result): Result {
	const backend = nativeBackend();
	const { binding } = backend;
	const owned = new Set<number>();

	const own = ({ id, shape }: Metadata): Float64Tensor => {
		owned.add(id);
		return { id, shape };
	};
	const typeAttribute = (name: string, value: number) => ({ name, type: binding.TF_ATTR_TYPE, value });
	const attributeOf = (attribute: KernelAttribute) => {
		const { name } = attribute;
		if ('bool' in attribute) return { name, type: binding.TF_ATTR_BOOL, value: attribute.bool };
		if ('int' in attribute) return { name, type: binding.TF_ATTR_INT, value: attribute.int };
		const types = { float64: doubleType, float32: binding.TF_FLOAT, int32: binding.TF_INT32 };
		return typeAttribute(name, types[attribute.type]);
	};
	const run = (kernel: string, ids: number[], attributes: readonly KernelAttribute[], outputCount = 1) =>
		binding.executeOp(kernel, attributes.map(attributeOf), ids, outputCount).map(own);
	const T: KernelAttribute = { name: 'T', type: 'float64' };
	const unary = (kernel: string) => (a: Float64Tensor) => run(kernel, [a.id], [T])[0];
	const binary = (kernel: string) => (a: Float64Tensor, b: Float64Tensor) =>
		run(kernel, [a.id, b.id], [T])[0];
	const integers = (values: readonly number[]): number => {
		const id = binding.createTensor([values.length], binding.TF_INT32, Int32Array.from(values));
		owned.add(id);
		return id;
	};

	const scope: Float64Scope = {
		fromValues(values, shape) {
			const size = shape.reduce((product, extent) => product * extent, 1);
			if (size !== values.length) {
				throw new RangeError(`shape: [${shape}] holds ${size} values, got ${values.length}`);
			}
			// The binding shares memory with the array it is given: hand it a copy, as two int32 a value.
			const halves = new Int32Array(values.slice().buffer);
			const id = binding.createTensor([...shape, 2], binding.TF_INT32, halves);
			owned.add(id);
			return run(
				'Bitcast',
				[id],
				[
					{ name: 'T', type: 'int32' },
					{ name: 'type', type: 'float64' },
				],
			)[0];
		},
		fromTensor(tensor) {
			if (tensor.dtype !== 'float32' && tensor.dtype !== 'int32') {
				throw new TypeError(`tensor: expected float32 or int32, got ${tensor.dtype}`);
			}
			const [id] = backend.getInputTensorIds([tensor]);
			return run(
				'Cast',
				[id],
				[
					{ name: 'SrcT', type: tensor.dtype },
					{ name: 'DstT', type: 'float64' },
					{ name: 'Truncate', bool: false },
				],
			)[0];
		},
		scalar: value => scope.fromValues(Float64Array.of(value), []),
		values(tensor) {
			const halves = run('Bitcast', [tensor.id], [T, { name: 'type', type: 'int32' }])[0];
			return new Float64Array(binding.tensorDataSync(halves.id).buffer);
		},
		value(tensor) {
			const values = scope.values(tensor);
			if (values.length !== 1)
				throw new RangeError(`tensor: expected one value, got shape [${tensor.shape}]`);
			return values[0];
		},
		toTensor(tensor) {
			const attributes: readonly KernelAttribute[] = [
				{ name: 'SrcT', type: 'float64' },
				{ name: 'DstT', type: 'float32' },
				{ name: 'Truncate', bool: false },
			];
			return backend.createOutputTensor(
				binding.executeOp('Cast', attributes.map(attributeOf), [tensor.id], 1)[0],
			);
		},
		keep(tensor) {
			owned.delete(tensor.id);
			return tensor;
		},

		add: binary('AddV2'),
		subtract: binary('Sub'),
		multiply: binary('Mul'),
		divide: binary('RealDiv'),
		maximum: binary('Maximum'),
		sqrt: unary('Sqrt'),
		exp: unary('Exp'),
		log: unary('Log'),
		logSoftmax: unary('LogSoftmax'),
		matMul: (a, b, { transposeA = false, transposeB = false } = {}) =>
			run(
				'MatMul',
				[a.id, b.id],
				[T, { name: 'transpose_a', bool: transposeA }, { name: 'transpose_b', bool: transposeB }],
			)[0],
		transpose(a, permutation = a.shape.map((_, axis) => a.shape.length - 1 - axis)) {
			return run('Transpose', [a.id, integers(permutation)], [T, { name: 'Tperm', type: 'int32' }])[0];
		},
		reshape: (a, shape) => run('Reshape', [a.id, integers(shape)], [T, { name: 'Tshape', type: 'int32' }])[0],
		sum: (a, { axes = a.shape.map((_, axis) => axis), keepDims = false } = {}) =>
			run(
				'Sum',
				[a.id, integers(axes)],
				[T, { name: 'Tidx', type: 'int32' }, { name: 'keep_dims', bool: keepDims }],
			)[0],
		trace: a => scope.sum(run('MatrixDiagPart', [a.id], [T])[0]),
		cholesky: unary('Cholesky'),
		eigenSymmetric(a) {
			const [values, vectors] = run('SelfAdjointEigV2', [a.id], [T, { name: 'compute_v', bool: true }], 2);
			return { values, vectors };
		},
		solveTriangular: (matrix, right, { lower = true, transpose = false } = {}) =>
			run(
				'MatrixTriangularSolve',
				[matrix.id, right.id],
				[T, { name: 'lower', bool: lower }, { name: 'adjoint', bool: transpose }],
			)[0],
		execute: (kernel, inputs, attributes, outputCount = 1) =>
			run(
				kernel,
				inputs.map(input => input.id),
				attributes,
				outputCount,
			),
	};

	try {
		return compute(scope);
	} finally {
		for (const id of owned) binding.deleteTensor(id);
	}
}
