import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { linear, weight, withBias } from '../../../../methods/networks/layers/weights.ts';
import { createNetworkState, disposeNetworkState } from '../../../../methods/networks/network-state.ts';

const description = {
	name: 'test',
	parameters: [
		{ name: 'plain/kernel', shape: [3, 2], initializer: 'normal', spectralNorm: false },
		{ name: 'normalised/kernel', shape: [3, 2], initializer: 'normal', spectralNorm: true },
		{ name: 'normalised/bias', shape: [2], initializer: 'ones', spectralNorm: false },
	],
} as const;

test('a kernel is normalised where its description says so, and only then has a vector', t => {
	const state = createNetworkState(description, 1);
	const vector = state.singularVectors.get('normalised/kernel')!;
	const before = vector.dataSync<'float32'>().slice();
	tf.tidy(() => {
		const plain = weight<Tensor2D>(state, 'plain/kernel');
		t.deepEqual(plain.dataSync(), state.parameters.get('plain/kernel')!.dataSync());
		for (let call = 0; call < 30; call++) weight(state, 'normalised/kernel');
		const kernel = weight<Tensor2D>(state, 'normalised/kernel');
		// [a b; b c] = WᵀW: its larger eigenvalue is the square of the largest singular value.
		const [a, b, , c] = tf.matMul(kernel, kernel, true).dataSync();
		const largest = (a + c) / 2 + Math.hypot((a - c) / 2, b);
		t.true(Math.abs(largest - 1) < 1e-5);
	});
	t.notDeepEqual(vector.dataSync(), before);
	t.is(state.singularVectors.size, 1);
	disposeNetworkState(state);
});

test('a layer adds a bias if the network has one', t => {
	const state = createNetworkState(description, 1);
	const zeros = (scope: string): number[] =>
		tf.tidy(() => [...linear(tf.zeros([1, 3]), state, scope).dataSync()]);
	t.deepEqual(zeros('plain'), [0, 0]);
	t.deepEqual(zeros('normalised'), [1, 1]);
	disposeNetworkState(state);
});

test('the biases of several layers are added at once, with their gradients', t => {
	const scopes = ['a', 'b'].map(scope => ({
		...{ name: `${scope}/bias`, shape: [2], spectralNorm: false },
		initializer: scope === 'a' ? ('ones' as const) : ('zeros' as const),
	}));
	const state = createNetworkState({ name: 'test', parameters: scopes }, 1);
	state.parameters.get('b/bias')!.assign(tf.tensor1d([2, 3]));
	const before = tf.memory().numTensors;
	tf.tidy(() => {
		const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
		t.deepEqual([...withBias(x, state, 'a', 'b').dataSync()], [4, 6, 6, 8]);
		t.deepEqual([...withBias(x, state, 'b', 'plain').dataSync()], [3, 5, 5, 7]);
		const { grads } = tf.variableGrads(
			() => tf.sum(tf.mul(withBias(x, state, 'a', 'b'), x)).asScalar(),
			[...state.parameters.values()],
		);
		for (const gradient of Object.values(grads)) t.deepEqual([...gradient.dataSync()], [4, 6]);
	});
	t.is(tf.memory().numTensors, before);
	disposeNetworkState(state);
});

test('an unknown parameter is named', t => {
	const state = createNetworkState(description, 1);
	t.throws(() => weight(state, 'missing/kernel'), {
		message: 'parameter: test has none called missing/kernel',
	});
	disposeNetworkState(state);
});
