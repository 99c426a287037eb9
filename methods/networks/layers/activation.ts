import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { defineOperation, runKernel } from '../../../harness/tensor/kernels.ts';

const float32 = { T: { type: 'float32' } } as const;

const rectify = defineOperation<'x', object>({
	name: 'Relu',
	forward: ({ x }) => runKernel('Relu', float32, [x]),
	savedOutputs: [true],
	// One kernel; the gradient that TensorFlow.js has for relu is a chain of five.
	gradient: ([upstream], [output]) => ({ x: () => runKernel('ReluGrad', float32, [upstream, output])[0] }),
});

/** max(x, 0), with gradient 0 at 0. */
export function relu<T extends Tensor>(x: T): T {
	return rectify({ x }, {})[0] as T;
}
