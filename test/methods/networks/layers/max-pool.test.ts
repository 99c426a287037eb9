import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { compile } from '../../../../harness/tensor/compile/compile.ts';
import { createStream } from '../../../../harness/tensor/random.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { poolPairs } from '../../../../methods/networks/layers/max-pool.ts';

const inputShape: [number, number, number, number] = [3, 4, 6, 5];
const upstreamShape: [number, number, number, number] = [3, 2, 3, 5];

// Only four different values: of 2×2 pixels, several are often equally large.
function draw(): Record<'x' | 'upstream', Tensor4D> {
	const stream = createStream(1, 'max-pool-test');
	const pixels = Float32Array.from({ length: 3 * 4 * 6 * 5 }, () => stream.integer(4) - 2);
	return {
		x: tf.tensor4d(pixels, inputShape),
		upstream: tf.tensor4d(stream.normals(3 * 2 * 3 * 5), upstreamShape),
	};
}

const pools = { ours: poolPairs, theirs: (x: Tensor4D): Tensor4D => tf.maxPool(x, 2, 2, 'valid') };

function run(pool: keyof typeof pools, { x, upstream } = draw()) {
	const { value, grad } = tf.valueAndGrad(given => pools[pool](given as Tensor4D))(x, upstream);
	return { value, grad };
}

const read = (compute: () => ReturnType<typeof run>) =>
	tf.tidy(() => {
		const { value, grad } = compute();
		return { value: value.arraySync(), grad: grad.arraySync() } as never;
	});

test('values and gradients are those of TensorFlow, also where pixels are equally large', t => {
	const before = tf.memory().numTensors;
	t.deepEqual(
		read(() => run('ours')),
		read(() => run('theirs')),
	);
	t.is(tf.memory().numTensors, before);
});

test('of equal pixels the first one gets the gradient', t => {
	const gradient = (pixels: number[]): number[] =>
		tf.tidy(() => [
			...tf
				.grad(x => tf.sum(poolPairs(x as Tensor4D)))(tf.tensor4d(pixels, [1, 2, 2, 1]))
				.dataSync(),
		]);
	t.deepEqual(gradient([0, 0, 0, 0]), [1, 0, 0, 0]);
	t.deepEqual(gradient([1, 2, 2, 0]), [0, 1, 0, 0]);
	t.deepEqual(gradient([-3, -3, -2, -2]), [0, 0, 1, 0]);
});

test.serial('compiled, it equals the eager one bit for bit', t => {
	const compiled = compile(inputs => tf.tidy(() => run('ours', inputs as ReturnType<typeof draw>)) as never, {
		state: new Map(),
		inputs: { x: { shape: inputShape }, upstream: { shape: upstreamShape } },
	});
	t.deepEqual(
		read(() => compiled(draw()) as ReturnType<typeof run>),
		read(() => run('ours')),
	);
	compiled.dispose();
});
