import test from 'ava';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { bigGanConfig } from '../../../methods/networks/big-gan/config.ts';
import { describeDiscriminator } from '../../../methods/networks/big-gan/describe-discriminator.ts';
import { singularVectorShape } from '../../../methods/networks/layers/spectral-norm.ts';
import {
	cloneNetworkState,
	createNetworkState,
	disposeNetworkState,
	type NetworkState,
} from '../../../methods/networks/network-state.ts';

const config = bigGanConfig({ resolution: 32, channels: 4, classes: 3 });
const description = describeDiscriminator(config);

const valuesOf = (state: NetworkState): Record<string, number[]> =>
	Object.fromEntries(
		[
			...state.parameters,
			...[...state.singularVectors].map(([name, v]) => [`${name}/u_var`, v] as const),
		].map(([name, variable]) => [name, [...variable.dataSync()]]),
	);

test('a state has every described tensor in order, and a vector for each normalised one', t => {
	const before = tf.memory().numTensors;
	const state = createNetworkState(description, 1);
	t.deepEqual(
		[...state.parameters].map(([name, variable]) => [name, variable.shape]),
		description.parameters.map(({ name, shape }) => [name, [...shape]]),
	);
	t.deepEqual(
		[...state.singularVectors].map(([name, variable]) => [name, variable.shape]),
		description.parameters
			.filter(({ spectralNorm }) => spectralNorm)
			.map(({ name, shape }) => [name, singularVectorShape(shape)]),
	);
	t.true([...state.parameters.values()].every(({ trainable, dtype }) => trainable && dtype === 'float32'));
	t.false([...state.singularVectors.values()].some(({ trainable }) => trainable));
	disposeNetworkState(state);
	t.is(tf.memory().numTensors, before);
});

test('the seed decides every tensor; a head does not change the others', t => {
	const headed = describeDiscriminator({ ...config, rotationHead: true });
	const states = [
		createNetworkState(description, 1),
		createNetworkState(description, 1),
		createNetworkState(description, 2),
		createNetworkState(headed, 1),
	];
	const [first, same, other, withHead] = states.map(valuesOf);
	t.deepEqual(same, first);
	t.notDeepEqual(other, first);
	t.like(withHead, first);
	states.forEach(disposeNetworkState);
});

test('a clone has the same values and does not follow later changes', t => {
	const before = tf.memory().numTensors;
	const state = createNetworkState(description, 1);
	const initial = valuesOf(state);
	const clone = cloneNetworkState(state);
	t.deepEqual(valuesOf(clone), initial);
	tf.tidy(() => {
		for (const variable of [...state.parameters.values(), ...state.singularVectors.values()]) {
			variable.assign(tf.add(variable, 1));
		}
	});
	t.deepEqual(valuesOf(clone), initial);
	t.notDeepEqual(valuesOf(state), initial);
	disposeNetworkState(state);
	t.deepEqual(valuesOf(clone), initial);
	disposeNetworkState(clone);
	t.is(tf.memory().numTensors, before);
});
