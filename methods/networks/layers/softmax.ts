import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { defineOperation, runKernel } from '../../../harness/tensor/kernels.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';

const float32 = { T: { type: 'float32' } } as const;

const normaliseExponentials = defineOperation<'x', object>({
	name: 'Softmax',
	// Not the kernel called Softmax: in a graph TensorFlow puts oneDNN's in its place, which rounds differently, and
	// then a compiled step would not be the eager one bit for bit.
	forward: ({ x }) => runKernel('Exp', float32, runKernel('LogSoftmax', float32, [x])),
	savedOutputs: [true],
	gradient: ([upstream], [output]) => ({
		x: () => {
			const weighted = tf.mul(upstream, output);
			const total = tf.sum(weighted, -1, true);
			return tf.sub(weighted, tf.mul(output, total));
		},
	}),
});

/** exp(x) / Σ exp(x) over the last axis, safe for large x. */
export function softmax<T extends Tensor>(x: T): T {
	return normaliseExponentials({ x }, {})[0] as T;
}
