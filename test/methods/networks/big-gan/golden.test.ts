import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test, { type ExecutionContext } from 'ava';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { type BigGanConfig, bigGanConfig } from '../../../../methods/networks/big-gan/config.ts';
import { describeDiscriminator } from '../../../../methods/networks/big-gan/describe-discriminator.ts';
import { describeGenerator } from '../../../../methods/networks/big-gan/describe-generator.ts';
import {
	discriminate,
	predictClass,
	predictRotation,
	project,
} from '../../../../methods/networks/big-gan/discriminator.ts';
import { generate } from '../../../../methods/networks/big-gan/generator.ts';
import {
	createStandingStatistics,
	disposeStandingStatistics,
} from '../../../../methods/networks/layers/standing-statistics.ts';
import { disposeNetworkState, type NetworkState } from '../../../../methods/networks/network-state.ts';
import { readFixture } from '../support/golden.ts';
import {
	assertSummary,
	pseudoRandom,
	pseudoRandomState,
	pseudoRandomTensor,
	type Summary,
} from '../support/pseudo-random.ts';

interface NetworkCase {
	readonly outputs: Readonly<Record<string, Summary>>;
	/** By parameter, and by the images or latents as `argument`. */
	readonly gradients: Readonly<Record<string, Summary>>;
	readonly singularVectors: Readonly<Record<string, Summary>>;
}

interface GoldenNetworks {
	readonly title: string;
	readonly options: Partial<BigGanConfig>;
	readonly generator: NetworkCase;
	readonly discriminator: NetworkCase;
	readonly standing: readonly Summary[];
}

const batch = 3;
const latentSize = 12;
const goldenConfig = (options: Partial<BigGanConfig>): BigGanConfig =>
	bigGanConfig({
		...{ resolution: 32, channels: 4, classes: 3, embeddingSize: 5, latentSize },
		...{ rotationHead: true, classHead: true },
		...options,
	});

// One-hot, soft, and no label at all.
const labelRows = (): Tensor2D => tf.tensor2d([0, 1, 0, 0.5, 0.25, 0.25, 0, 0, 0], [batch, 3]);

/** Compares outputs, advanced singular vectors and the gradients of Σ outputs · probes with the golden case. */
function assertNetwork(
	t: ExecutionContext,
	state: NetworkState,
	argument: Tensor,
	golden: NetworkCase,
	run: (argument: Tensor) => Readonly<Record<string, Tensor>>,
): void {
	let outputs: Readonly<Record<string, Tensor>> = {};
	const variable = tf.variable(argument);
	const loss = () => {
		outputs = Object.fromEntries(
			Object.entries(run(variable)).map(([name, value]) => [name, tf.keep(value)]),
		);
		return tf.addN(
			Object.entries(outputs).map(([name, value]) =>
				tf.sum(tf.mul(value, pseudoRandomTensor(`upstream/${name}`, value.shape))),
			),
		);
	};
	const names = new Map([...state.parameters].map(([name, { name: variableName }]) => [variableName, name]));
	names.set(variable.name, 'argument');
	const { grads } = tf.variableGrads(loss as () => ReturnType<typeof tf.scalar>, [
		...state.parameters.values(),
		variable,
	]);
	t.deepEqual(Object.keys(outputs).sort(), Object.keys(golden.outputs).sort());
	for (const [name, value] of Object.entries(outputs)) assertSummary(t, name, value, golden.outputs[name]);

	const gradients = Object.entries(grads).map(([name, gradient]) => [names.get(name)!, gradient] as const);
	t.deepEqual(gradients.map(([name]) => name).sort(), Object.keys(golden.gradients).sort());
	for (const [name, gradient] of gradients) assertSummary(t, name, gradient, golden.gradients[name]);

	t.deepEqual([...state.singularVectors.keys()].sort(), Object.keys(golden.singularVectors).sort());
	for (const [name, vector] of state.singularVectors) {
		assertSummary(t, name, vector, golden.singularVectors[name], 1e-5);
	}
	tf.dispose([outputs as Record<string, Tensor>, variable]);
}

for (const golden of readFixture<GoldenNetworks[]>('big-gan.json')) {
	const config = goldenConfig(golden.options);

	test(`${golden.title}: the generator, all its gradients and singular vectors equal JAX`, t => {
		const before = tf.memory().numTensors;
		tf.tidy(() => {
			const state = pseudoRandomState(describeGenerator(config));
			const latents = pseudoRandomTensor('latents', [batch, latentSize]);
			assertNetwork(t, state, latents, golden.generator, z => ({
				images: generate(config, state, z as Tensor2D, labelRows(), { kind: 'batch' }),
			}));
			disposeNetworkState(state);
		});
		t.is(tf.memory().numTensors, before);
	});

	test(`${golden.title}: the discriminator with heads, all its gradients and singular vectors equal JAX`, t => {
		const before = tf.memory().numTensors;
		tf.tidy(() => {
			const state = pseudoRandomState(describeDiscriminator(config));
			const pixels = pseudoRandom('images', [batch, 32, 32, 3]).map(value => (value + 1) / 2);
			const images = tf.tensor4d(pixels, [batch, 32, 32, 3]);
			assertNetwork(t, state, images, golden.discriminator, x => {
				const { features, logits } = discriminate(config, state, x as Tensor4D);
				return {
					features,
					logits,
					projection: project(config, state, features, labelRows()),
					rotation: predictRotation(config, state, features),
					classes: predictClass(config, state, features),
				};
			});
			disposeNetworkState(state);
		});
		t.is(tf.memory().numTensors, before);
	});

	test(`${golden.title}: accumulating statistics, then standing ones, equal JAX`, t => {
		const before = tf.memory().numTensors;
		const statistics = createStandingStatistics();
		const state = pseudoRandomState(describeGenerator(config));
		const calls = [
			['first', 'accumulate'],
			['second', 'accumulate'],
			['inference', 'standing'],
		] as const;
		for (const [index, [call, kind]] of calls.entries()) {
			tf.tidy(() => {
				const latents = pseudoRandomTensor(`latents/${call}`, [batch, latentSize]) as Tensor2D;
				const images = generate(config, state, latents, labelRows(), { kind, statistics });
				assertSummary(t, `images/${call}`, images, golden.standing[index]);
			});
		}
		disposeNetworkState(state);
		disposeStandingStatistics(statistics);
		t.is(tf.memory().numTensors, before);
	});
}
