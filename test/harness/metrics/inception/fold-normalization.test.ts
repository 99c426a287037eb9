import test from 'ava';
import { foldNormalization } from '../../../../harness/metrics/inception/fold-normalization.ts';

const vector = (...values: number[]) => ({ shape: [values.length], values: Float32Array.from(values) });

test('scales each output channel of the kernel and moves the mean into the bias', t => {
	const { kernel, bias } = foldNormalization(
		new Map([
			['x/conv2d_params', { shape: [1, 1, 2, 2], values: Float32Array.of(1, 2, 3, 4) }],
			['x/batchnorm/beta', vector(10, 20)],
			['x/batchnorm/gamma', vector(3, 1)],
			['x/batchnorm/moving_mean', vector(4, -2)],
			['x/batchnorm/moving_variance', vector(8.75, 0)],
		]),
		'x',
		0.25,
	);
	// Scales are 3 / √9 = 1 and 1 / √0.25 = 2; biases 10 - 4 · 1 and 20 + 2 · 2.
	t.deepEqual(kernel, { shape: [1, 1, 2, 2], values: Float32Array.of(1, 4, 3, 8) });
	t.deepEqual(bias, { shape: [2], values: Float32Array.of(6, 24) });
});

test('rounds once: the product of the exact scale, not of one that was rounded before', t => {
	const { kernel } = foldNormalization(
		new Map([
			['x/conv2d_params', { shape: [1, 1, 1, 1], values: Float32Array.of(3) }],
			['x/batchnorm/beta', vector(0)],
			['x/batchnorm/gamma', vector(1)],
			['x/batchnorm/moving_mean', vector(0)],
			['x/batchnorm/moving_variance', vector(5)],
		]),
		'x',
		0,
	);
	t.is(kernel.values[0], Math.fround(3 / Math.sqrt(5)));
	t.not(kernel.values[0], Math.fround(3 * Math.fround(1 / Math.sqrt(5))));
});
