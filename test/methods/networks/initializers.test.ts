import test from 'ava';
import { countNativeTensors } from '../../../harness/tensor/float64.ts';
import { createStream } from '../../../harness/tensor/random.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { initialValue } from '../../../methods/networks/initializers.ts';
import type { Initializer, ParameterSpec } from '../../../methods/networks/parameters.ts';
import { assertClose, readFixture } from './support/golden.ts';

interface InitializerCase {
	readonly initializer: Initializer;
	readonly shape: number[];
	readonly values: number[];
}

const spec = (initializer: Initializer, shape: readonly number[]): ParameterSpec => ({
	name: 'kernel',
	shape,
	initializer,
	spectralNorm: false,
});

for (const { initializer, shape, values } of readFixture<InitializerCase[]>('initializers.json')) {
	test(`${initializer} values of shape [${shape}] equal NumPy's from the same random bits`, t => {
		const drawn = initialValue(spec(initializer, shape), createStream(7, 'golden', initializer));
		t.deepEqual(drawn.shape, shape);
		assertClose(t, drawn.dataSync(), values, 'values', 1e-6);
		drawn.dispose();
	});
}

for (const shape of [
	[3, 3, 32, 48],
	[3, 3, 4, 96],
	[20, 512],
	[1, 1, 128, 128],
]) {
	test(`orthogonal kernels of shape [${shape}] have orthonormal rows or columns`, t => {
		const tensorsBefore = tf.memory().numTensors;
		const kernel = initialValue(spec('orthogonal', shape), createStream(1, 'orthogonality'));
		t.is(tf.memory().numTensors, tensorsBefore + 1);
		const worst = tf.tidy(() => {
			const matrix = tf.reshape(kernel, [-1, shape.at(-1)!]);
			const wide = matrix.shape[0] < matrix.shape[1]!;
			const gram = tf.matMul(matrix, matrix, !wide, wide);
			return tf.max(tf.abs(tf.sub(gram, tf.eye(gram.shape[0])))).dataSync()[0];
		});
		t.true(worst < 2e-6, `off by ${worst}`);
		kernel.dispose();
	});
}

test('drawing an orthogonal kernel leaves no native tensor behind', t => {
	const draw = (): void => initialValue(spec('orthogonal', [6, 4]), createStream(1, 'leak')).dispose();
	draw();
	const before = countNativeTensors();
	draw();
	t.is(countNativeTensors(), before);
});

test('glorot-normal has the variance 2 / (in + out) and no value beyond the cut', t => {
	const drawn = initialValue(spec('glorot-normal', [300, 200]), createStream(1, 'glorot'));
	const values = drawn.dataSync<'float32'>();
	drawn.dispose();
	const deviation = Math.sqrt(2 / 500);
	const meanSquare = values.reduce((sum, value) => sum + value * value, 0) / values.length;
	t.true(Math.abs(Math.sqrt(meanSquare) / deviation - 1) < 0.01);
	t.true(values.every(value => Math.abs(value) <= (2 * deviation) / 0.8796));
});

test('zeros and ones draw nothing from the stream', t => {
	const stream = createStream(1, 'constants');
	tf.tidy(() => {
		t.deepEqual([...initialValue(spec('zeros', [2]), stream).dataSync()], [0, 0]);
		t.deepEqual([...initialValue(spec('ones', [2]), stream).dataSync()], [1, 1]);
	});
	t.is(stream.bits(), createStream(1, 'constants').bits());
});

test('an orthogonal vector is refused', t => {
	t.throws(() => initialValue(spec('orthogonal', [4]), createStream(1, 'vector')), {
		message: 'shape: expected rank 2 or more to initialise, got [4]',
	});
});
