import type { Tensor, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { defineOperation } from '../../../harness/tensor/kernels.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';

/**
 * Halves height and width, keeping the largest of 2×2 pixels: [N, H, W, C] to [N, H/2, W/2, C]; H and W even. The
 * gradient goes to that one, of equal ones to the first, row by row.
 */
export function poolPairs(x: Tensor4D): Tensor4D {
	return pool({ x }, {})[0] as Tensor4D;
}

// TensorFlow's kernel of the gradient looks at one element after the other, and takes four times as long as these passes
// over halves of the map: first of the two in each row, then of the two rows.
const pool = defineOperation<'x', object>({
	name: 'PoolPairs',
	forward: ({ x }) => [tf.maxPool(x as Tensor4D, 2, 2, 'valid')],
	savedInputs: ['x'],
	gradient: ([upstream], [x]) => ({
		x: () => {
			const [batch, height, width, channels] = x.shape as Tensor4D['shape'];
			const columns = halves(tf.reshape(x, [(batch * height * width) / 2, 2, channels]));
			const largest = tf.maximum(...columns);
			const rows = halves(tf.reshape(largest, [(batch * height) / 2, 2, (width / 2) * channels]));
			const ofLargest = share(tf.reshape(upstream, rows[0].shape), rows);
			return tf.reshape(share(tf.reshape(ofLargest, columns[0].shape), columns), x.shape);
		},
	}),
});

/** [n, 2, m] to two of [n, 1, m]. */
function halves(x: Tensor): [Tensor, Tensor] {
	const [count, , size] = x.shape as [number, number, number];
	return [tf.slice(x, [0, 0, 0], [count, 1, size]), tf.slice(x, [0, 1, 0], [count, 1, size])];
}

/** The gradient [n, 1, m] of the larger of two, as those of the two: [n, 2, m]. */
function share(upstream: Tensor, [first, second]: [Tensor, Tensor]): Tensor {
	const ofFirst = tf.where(tf.greaterEqual(first, second), upstream, tf.zerosLike(upstream));
	return tf.concat([ofFirst, tf.sub(upstream, ofFirst)], 1);
}
