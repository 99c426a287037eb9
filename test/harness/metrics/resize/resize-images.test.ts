import test from 'ava';
import { type ResizeKernel, resizeImages } from '../../../../harness/metrics/resize/resize-images.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { formulaPicture, resizeCases } from './fixture.ts';

for (const { height, width, size, samples } of resizeCases) {
	for (const [kernel, { step, values }] of Object.entries(samples)) {
		test(`${kernel}: ${height}×${width} to ${size} as its rule gives it`, t => {
			const before = tf.memory().numTensors;
			const resized = resizeImages(formulaPicture(height, width), kernel as ResizeKernel, size);
			t.deepEqual(resized.shape, [1, size, size, 3]);
			const actual = resized.dataSync<'float32'>();
			resized.dispose();
			t.is(tf.memory().numTensors, before);
			// Positions up to 640 in float32 are off by 4e-5, a pixel by that times the contrast, on either axis.
			for (const [index, value] of values.entries()) {
				if (Math.abs(actual[index * step] - value) > 0.02) {
					t.fail(`value ${index * step}: expected ${value}, got ${actual[index * step]}`);
				}
			}
			t.pass();
		});
	}
}

test('the three kernels differ on the same image', t => {
	const kernels: ResizeKernel[] = [
		'bilinear-legacy',
		'bilinear-half-pixel',
		'bilinear-antialias',
		'bicubic-antialias',
		'bicubic-antialias-bytes',
	];
	const firsts = kernels.map(kernel => {
		const resized = resizeImages(formulaPicture(64, 64), kernel, 20);
		const values = [...resized.dataSync()].join();
		resized.dispose();
		return values;
	});
	t.is(new Set(firsts).size, kernels.length);
});

test('images of the wanted size pass unchanged under every kernel, and are not aliased', t => {
	for (const kernel of ['bilinear-legacy', 'bilinear-half-pixel', 'bicubic-antialias'] as const) {
		const stack = { count: 1, height: 4, width: 4, pixels: new Float32Array(48).fill(3.5) };
		const resized = resizeImages(stack, kernel, 4);
		stack.pixels.fill(0);
		t.deepEqual([...resized.dataSync()], Array(48).fill(3.5));
		resized.dispose();
	}
});

test('each image of a stack is resized for itself', t => {
	const [first, second] = [formulaPicture(9, 9), formulaPicture(9, 9)];
	const pixels = new Uint8Array(2 * first.pixels.length);
	pixels.set(first.pixels);
	pixels.set(
		second.pixels.map(value => 255 - value),
		first.pixels.length,
	);
	for (const kernel of ['bilinear-legacy', 'bicubic-antialias'] as const) {
		const alone = resizeImages(first, kernel, 5);
		const stacked = resizeImages({ count: 2, height: 9, width: 9, pixels }, kernel, 5);
		t.deepEqual([...stacked.dataSync()].slice(0, 75), [...alone.dataSync()]);
		tf.dispose([alone, stacked]);
	}
});

test('the bytes kernel refuses floats', t => {
	const stack = { count: 1, height: 3, width: 3, pixels: new Float32Array(27) };
	t.throws(() => resizeImages(stack, 'bicubic-antialias-bytes', 5), {
		instanceOf: TypeError,
		message: 'bicubic-antialias-bytes: expected bytes; quantise the images first',
	});
});
