import type { Tensor, Tensor4D, Variable } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { nonLocalBlock } from '../../../../methods/networks/layers/non-local-block.ts';
import type { NetworkState } from '../../../../methods/networks/network-state.ts';
import { assertGolden } from '../support/golden.ts';

test('attention and all its gradients equal JAX', t => {
	assertGolden(t, 'non-local block', ({ x, theta, phi, g, sigma, attn_g }) => {
		// No singular vectors, so the kernels are used as they are.
		const kernels: Record<string, Tensor> = {
			'attention/conv2d_theta/kernel': theta,
			'attention/conv2d_phi/kernel': phi,
			'attention/conv2d_g/kernel': g,
			'attention/sigma': sigma,
			'attention/conv2d_attn_g/kernel': attn_g,
		};
		const state: NetworkState = {
			description: { name: 'attention', parameters: [] },
			parameters: new Map(Object.entries(kernels) as [string, Variable][]),
			singularVectors: new Map(),
		};
		return nonLocalBlock(x as Tensor4D, state, 'attention');
	});
});
