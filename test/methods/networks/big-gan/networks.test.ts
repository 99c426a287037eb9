import type { Scalar, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { createStream } from '../../../../harness/tensor/random.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { type BigGanConfig, bigGanConfig } from '../../../../methods/networks/big-gan/config.ts';
import { describeDiscriminator } from '../../../../methods/networks/big-gan/describe-discriminator.ts';
import { describeGenerator } from '../../../../methods/networks/big-gan/describe-generator.ts';
import { discriminate, project } from '../../../../methods/networks/big-gan/discriminator.ts';
import { generate } from '../../../../methods/networks/big-gan/generator.ts';
import {
	createStandingStatistics,
	disposeStandingStatistics,
} from '../../../../methods/networks/layers/standing-statistics.ts';
import { createNetworkState, disposeNetworkState } from '../../../../methods/networks/network-state.ts';

function drawInputs(config: BigGanConfig, batch: number): { latents: Tensor2D; labels: Tensor2D } {
	const stream = createStream(1, 'networks-test');
	const classes = Int32Array.from({ length: batch }, () => stream.integer(config.classes));
	return {
		latents: tf.tensor2d(stream.normals(batch * config.latentSize), [batch, config.latentSize]),
		labels: tf.oneHot(tf.tensor1d(classes), config.classes, 1, 0, 'float32') as Tensor2D,
	};
}

for (const [resolution, channels] of [
	[32, 4],
	[64, 4],
	[128, 8],
] as const) {
	test(`at ${resolution}×${resolution} G makes images in [0, 1] and D reads them, without leaving tensors`, t => {
		const config = bigGanConfig({ resolution, channels, classes: 3 });
		const before = tf.memory().numTensors;
		const generator = createNetworkState(describeGenerator(config), 1);
		const discriminator = createNetworkState(describeDiscriminator(config), 1);
		const allocated = tf.memory().numTensors;
		tf.tidy(() => {
			const { latents, labels } = drawInputs(config, 2);
			const held = tf.memory().numTensors;
			const images = generate(config, generator, latents, labels, { kind: 'batch' });
			t.deepEqual(images.shape, [2, resolution, resolution, 3]);
			const pixels = images.dataSync<'float32'>();
			t.true(pixels.every(value => value >= 0 && value <= 1));
			t.true(Math.max(...pixels) - Math.min(...pixels) > 0.1);
			const { features, logits } = discriminate(config, discriminator, images);
			t.deepEqual(logits.shape, [2]);
			t.deepEqual(features.shape, [2, resolution === 32 ? 2 * channels : 16 * channels]);
			t.deepEqual(project(config, discriminator, features, labels).shape, [2]);
			t.is(tf.memory().numTensors, held + 4);
		});
		t.is(tf.memory().numTensors, allocated);
		disposeNetworkState(generator);
		disposeNetworkState(discriminator);
		t.is(tf.memory().numTensors, before);
	});
}

test('training G through D gives every parameter of G a gradient, and only those', t => {
	const config = bigGanConfig({ resolution: 64, channels: 4, classes: 3 });
	const generator = createNetworkState(describeGenerator(config), 1);
	const discriminator = createNetworkState(describeDiscriminator(config), 1);
	// The gate of the attention starts at 0, which blocks the gradients of the kernels behind it.
	tf.tidy(() => generator.parameters.get('generator/non_local_block/sigma')!.assign(tf.scalar(0.5)));
	tf.tidy(() => {
		const { latents, labels } = drawInputs(config, 4);
		const loss = (): Scalar => {
			const images = generate(config, generator, latents, labels, { kind: 'batch' });
			const { features, logits } = discriminate(config, discriminator, images);
			return tf.neg(tf.mean(tf.add(logits, project(config, discriminator, features, labels))));
		};
		const { grads } = tf.variableGrads(loss, [...generator.parameters.values()]);
		t.is(Object.keys(grads).length, generator.parameters.size);
		for (const [name, variable] of generator.parameters) {
			const length = tf.norm(grads[variable.name]).dataSync()[0];
			// A bias before a batch norm shifts what the norm then takes out again.
			const shifted = name.endsWith('/up_conv1/bias');
			t.true(shifted ? length === 0 : length > 0 && Number.isFinite(length), `${name}: ${length}`);
		}
	});
	disposeNetworkState(generator);
	disposeNetworkState(discriminator);
});

test('with standing statistics an image does not depend on the rest of its batch', t => {
	const config = bigGanConfig({ resolution: 32, channels: 4, classes: 3 });
	const statistics = createStandingStatistics();
	const state = createNetworkState(describeGenerator(config), 1);
	tf.tidy(() => {
		const { latents, labels } = drawInputs(config, 8);
		for (let call = 0; call < 50; call++) {
			// Until the singular vectors have settled: every call advances them a little.
			tf.tidy(() => generate(config, state, latents, labels, { kind: 'accumulate', statistics }));
		}
		const firstOf = (count: number): Float32Array =>
			tf.tidy(() => {
				const part = (x: Tensor2D): Tensor2D => tf.slice(x, [0, 0], [count, -1]);
				const images = generate(config, state, part(latents), part(labels), { kind: 'standing', statistics });
				return tf.slice(images, [0, 0, 0, 0], [1, -1, -1, -1]).dataSync<'float32'>();
			});
		const alone = firstOf(1);
		const together = firstOf(8);
		const worst = alone.reduce((most, value, index) => Math.max(most, Math.abs(value - together[index])), 0);
		t.true(worst < 1e-4, `off by ${worst}`);
	});
	disposeStandingStatistics(statistics);
	disposeNetworkState(state);
});

test('a head that is not configured cannot be used', t => {
	const config = bigGanConfig({ resolution: 32, channels: 4, classes: 3, projection: false });
	const state = createNetworkState(describeDiscriminator(config), 1);
	const error = t.throws(() => tf.tidy(() => project(config, state, tf.zeros([1, 8]), tf.zeros([1, 3]))), {
		instanceOf: RangeError,
	});
	t.is(error.message, 'parameter: discriminator has none called discriminator_projection/kernel');
	disposeNetworkState(state);
});

test('biases before batch norms change samples that are drawn with standing statistics of other biases, and only those', t => {
	const config = bigGanConfig({ resolution: 32, channels: 4, classes: 3 });
	const generator = createNetworkState(describeGenerator(config), 1);
	const statistics = createStandingStatistics();
	tf.tidy(() => {
		const { latents, labels } = drawInputs(config, 4);
		const draw = (kind: 'batch' | 'accumulate' | 'standing'): number[] => [
			...generate(config, generator, latents, labels, { kind, statistics }).dataSync(),
		];
		const largestChange = (a: number[], b: number[]): number =>
			Math.max(...a.map((value, index) => Math.abs(value - b[index])));
		// Singular vectors settle, so that calls can be compared.
		for (let call = 0; call < 300; call++) draw('batch');
		disposeStandingStatistics(statistics);
		draw('accumulate');
		const before = { batch: draw('batch'), standing: draw('standing') };
		t.true(largestChange(before.batch, before.standing) < 1e-4);
		generator.parameters.get('generator/B2/up_conv1/bias')!.assign(tf.fill([16], 0.5));
		t.true(largestChange(draw('batch'), before.batch) < 1e-4);
		t.true(largestChange(draw('standing'), before.standing) > 1e-2);
		disposeStandingStatistics(statistics);
		draw('accumulate');
		t.true(largestChange(draw('standing'), before.standing) < 1e-4);
	});
	disposeStandingStatistics(statistics);
	disposeNetworkState(generator);
});
