import test from 'ava';
import { countNativeTensors, disposeFloat64, float64Scope } from '../../../harness/tensor/float64.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';

const close = (actual: ArrayLike<number>, expected: readonly number[], tolerance: number): boolean =>
	actual.length === expected.length &&
	expected.every((value, index) => Math.abs(actual[index] - value) <= tolerance);

test('values go in and out bit for bit', t => {
	const values = Float64Array.of(Math.PI, -0, 5e-324, 1e308, Number.NaN, Number.NEGATIVE_INFINITY);
	const returned = float64Scope(scope => scope.values(scope.fromValues(values, [2, 3])));
	t.deepEqual(new BigUint64Array(returned.buffer), new BigUint64Array(values.buffer));
});

test('the array that was given may be changed afterwards', t => {
	const values = Float64Array.of(1, 2);
	const returned = float64Scope(scope => {
		const tensor = scope.fromValues(values, [2]);
		values.fill(7);
		return scope.values(tensor);
	});
	t.deepEqual([...returned], [1, 2]);
});

test('arithmetic keeps what float32 would lose', t => {
	const result = float64Scope(scope => {
		const one = scope.scalar(1);
		const small = scope.scalar(1e-12);
		return scope.value(scope.subtract(scope.add(one, small), one));
	});
	t.true(Math.abs(result - 1e-12) < 1e-15);
});

test('matrix products take transposed factors', t => {
	float64Scope(scope => {
		const a = scope.fromValues(Float64Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
		const b = scope.fromValues(Float64Array.of(1, 0, -1, 2, 1, 0), [2, 3]);
		t.deepEqual([...scope.values(scope.matMul(a, b, { transposeB: true }))], [-2, 4, -2, 13]);
		t.deepEqual([...scope.values(scope.matMul(a, scope.transpose(b)))], [-2, 4, -2, 13]);
		const product = scope.matMul(a, b, { transposeA: true });
		t.deepEqual(product.shape, [3, 3]);
		t.deepEqual([...scope.values(product)], [9, 4, -1, 12, 5, -2, 15, 6, -3]);
		t.is(scope.value(scope.trace(product)), 11);
		t.deepEqual([...scope.values(scope.sum(a, { axes: [0] }))], [5, 7, 9]);
		t.deepEqual(scope.sum(a, { axes: [1], keepDims: true }).shape, [2, 1]);
		t.is(scope.value(scope.sum(a)), 21);
		t.deepEqual(scope.reshape(a, [3, 2]).shape, [3, 2]);
	});
});

// [[4, 2], [2, 3]] = L Lᵀ with L = [[2, 0], [1, √2]]; eigenvalues (7 ± √17) / 2.
const symmetric = Float64Array.of(4, 2, 2, 3);

test('Cholesky, triangular solves and eigenvalues agree with values by hand', t => {
	float64Scope(scope => {
		const matrix = scope.fromValues(symmetric, [2, 2]);
		const lower = scope.cholesky(matrix);
		t.true(close(scope.values(lower), [2, 0, 1, Math.SQRT2], 1e-15));
		const right = scope.fromValues(Float64Array.of(2, 1 + Math.SQRT2), [2, 1]);
		t.true(close(scope.values(scope.solveTriangular(lower, right)), [1, 1], 1e-15));
		const other = scope.fromValues(Float64Array.of(3, Math.SQRT2), [2, 1]);
		t.true(close(scope.values(scope.solveTriangular(lower, other, { transpose: true })), [1, 1], 1e-15));
		const { values, vectors } = scope.eigenSymmetric(matrix);
		t.true(close(scope.values(values), [(7 - Math.sqrt(17)) / 2, (7 + Math.sqrt(17)) / 2], 1e-14));
		const scaled = scope.multiply(vectors, values);
		t.true(close(scope.values(scope.matMul(scaled, vectors, { transposeB: true })), [...symmetric], 1e-14));
	});
});

test('float32 tensors are widened exactly and results can be rounded back', t => {
	const tensor = tf.tensor1d([0.1, 0.2]);
	const rounded = float64Scope(scope => {
		const wide = scope.fromTensor(tensor);
		t.deepEqual([...scope.values(wide)], [Math.fround(0.1), Math.fround(0.2)]);
		return scope.toTensor(scope.add(wide, wide));
	});
	t.deepEqual([...rounded.dataSync()], [Math.fround(0.1) * 2, Math.fround(0.2) * 2]);
	tensor.dispose();
	rounded.dispose();
});

test('any other kernel can be run', t => {
	const determinant = float64Scope(scope =>
		scope.value(
			scope.execute(
				'MatrixDeterminant',
				[scope.fromValues(symmetric, [2, 2])],
				[{ name: 'T', type: 'float64' }],
			)[0],
		),
	);
	t.true(Math.abs(determinant - 8) < 1e-14);
});

test('nothing is left behind, also when the computation throws', t => {
	tf.zeros([1]).dispose();
	const before = [tf.memory().numTensors, countNativeTensors()];
	const kept = float64Scope(scope =>
		scope.keep(scope.matMul(scope.fromValues(symmetric, [2, 2]), scope.fromValues(symmetric, [2, 2]))),
	);
	t.is(countNativeTensors(), before[1] + 1);
	t.deepEqual([...float64Scope(scope => scope.values(kept))], [20, 14, 14, 13]);
	disposeFloat64(kept);
	t.throws(
		() =>
			float64Scope(scope =>
				scope.matMul(scope.fromValues(symmetric, [2, 2]), scope.fromValues(symmetric, [4, 1])),
			),
		{ message: /Matrix size-incompatible/u },
	);
	t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
});

test('a shape that does not fit the values is refused', t => {
	t.throws(() => float64Scope(scope => scope.fromValues(symmetric, [3])), {
		instanceOf: RangeError,
		message: 'shape: [3] holds 3 values, got 4',
	});
});
