import test from 'ava';
import { defineOperation, runKernel } from '../../../harness/tensor/kernels.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';

const float32 = { T: { type: 'float32' } } as const;

test('a kernel that TensorFlow.js does not wrap runs by its name', t => {
	const before = tf.memory().numTensors;
	tf.tidy(() => {
		const [halfSquares] = runKernel('L2Loss', float32, [tf.tensor1d([3, 4])]);
		t.is(halfSquares.dataSync()[0], 12.5);
	});
	t.is(tf.memory().numTensors, before);
});

test('every kind of attribute reaches the kernel', t => {
	tf.tidy(() => {
		const pooled = runKernel(
			'AvgPool',
			{
				...float32,
				ksize: { int: [1, 2, 2, 1] },
				strides: { int: [1, 2, 2, 1] },
				padding: { string: 'VALID' },
			},
			[tf.tensor4d([1, 2, 3, 6], [1, 2, 2, 1])],
		)[0];
		t.deepEqual([...pooled.dataSync()], [3]);
		const leaky = runKernel('LeakyRelu', { ...float32, alpha: { float: 0.5 } }, [tf.tensor1d([-2])])[0];
		t.deepEqual([...leaky.dataSync()], [-1]);
		const product = runKernel('MatMul', { ...float32, transpose_a: { bool: true } }, [
			tf.tensor2d([1, 2], [2, 1]),
			tf.tensor2d([3, 4], [2, 1]),
		])[0];
		t.deepEqual([...product.dataSync()], [11]);
		const count = runKernel('Neg', { T: { type: 'int32' } }, [tf.tensor1d([5], 'int32')])[0];
		t.is(count.dtype, 'int32');
	});
});

test('an unknown kernel is an error that names it', t => {
	t.throws(() => tf.tidy(() => runKernel('NoSuchKernel', {}, [tf.scalar(1)])), { message: /NoSuchKernel/ });
});

// a·b, and how often each gradient was computed.
const computed = { a: 0, b: 0 };
const product = defineOperation<'a' | 'b', { readonly factor: number }>({
	name: 'KernelsTestProduct',
	forward: ({ a, b }, { factor }) => [tf.mul(tf.mul(a, b), factor), tf.add(a, b)],
	savedInputs: ['a', 'b'],
	gradient: ([byProduct, bySum], [a, b], { factor }) => ({
		a: () => {
			computed.a++;
			return tf.add(tf.mul(tf.mul(byProduct, b), factor), bySum);
		},
		b: () => {
			computed.b++;
			return tf.add(tf.mul(tf.mul(byProduct, a), factor), bySum);
		},
	}),
});

test('an operation with two outputs has the right gradients, computed only where one is wanted', t => {
	const before = tf.memory().numTensors;
	tf.tidy(() => {
		const constant = tf.scalar(5);
		const loss = tf.grad(a => {
			const [multiplied, added] = product({ a, b: constant }, { factor: 2 });
			return tf.add(multiplied, tf.mul(added, 100));
		});
		t.is(loss(tf.scalar(3)).dataSync()[0], 110);
		t.deepEqual(computed, { a: 1, b: 0 });
		const onlyFirst = tf.grads((a, b) => product({ a, b }, { factor: 1 })[0]);
		t.deepEqual(
			onlyFirst([tf.scalar(3), tf.scalar(7)]).map(gradient => gradient.dataSync()[0]),
			[7, 3],
		);
	});
	t.is(tf.memory().numTensors, before);
});
