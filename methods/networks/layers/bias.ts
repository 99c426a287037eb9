import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { defineOperation, runKernel } from '../../../harness/tensor/kernels.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';

const attributes = { T: { type: 'float32' }, data_format: { string: 'NHWC' } } as const;

const biasAdd = defineOperation<'x' | 'bias', object>({
	name: 'BiasAdd',
	forward: ({ x, bias }) => runKernel('BiasAdd', attributes, [x, bias]),
	gradient: ([upstream]) => ({
		x: () => upstream.clone(),
		// Not BiasAddGrad: in a graph TensorFlow merges it with the convolution's gradient into a kernel of oneDNN that
		// rounds differently, and then a compiled step would not be the eager one bit for bit.
		bias: () => tf.sum(tf.reshape(upstream, [-1, upstream.shape.at(-1)!]), 0),
	}),
});

/** x [..., channels] + bias [channels]. */
export function addBias<T extends Tensor>(x: T, bias: Tensor): T {
	return biasAdd({ x, bias }, {})[0] as T;
}

const ignoreBias = defineOperation<'x' | 'bias', object>({
	name: 'CancelledBias',
	forward: ({ x }) => [x.clone()],
	savedInputs: ['bias'],
	gradient: ([upstream], [bias]) => ({ x: () => upstream.clone(), bias: () => tf.zerosLike(bias) }),
});

/**
 * `addBias` before a batch norm that divides by the moments of this very batch: the norm subtracts the bias again with
 * the mean. So it is not added, and its gradient is exactly 0, not what rounding would leave of it.
 */
export function addCancelledBias<T extends Tensor>(x: T, bias: Tensor): T {
	return ignoreBias({ x, bias }, {})[0] as T;
}
