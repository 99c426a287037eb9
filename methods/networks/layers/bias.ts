import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { defineOperation, runKernel } from '../../../harness/tensor/kernels.ts';

const attributes = { T: { type: 'float32' }, data_format: { string: 'NHWC' } } as const;

const biasAdd = defineOperation<'x' | 'bias', object>({
	name: 'BiasAdd',
	forward: ({ x, bias }) => runKernel('BiasAdd', attributes, [x, bias]),
	gradient: ([upstream]) => ({
		x: () => upstream.clone(),
		bias: () => runKernel('BiasAddGrad', attributes, [upstream])[0],
	}),
});

/** x [..., channels] + bias [channels]. */
export function addBias<T extends Tensor>(x: T, bias: Tensor): T {
	return biasAdd({ x, bias }, {})[0] as T;
}
