import { readFileSync } from 'node:fs';
import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { tf } from '../../harness/tensor/tensorflow.ts';
import type { Loss, Networks } from '../../methods/method.ts';
import { loadMethod, parseMethodOptions } from '../../methods/registry.ts';

type Numbers = Record<string, number>;
interface Golden {
	readonly shape: [number, number, number, number];
	readonly images: number[];
	readonly fakes: number[];
	readonly fakeLabels: number[][];
	readonly weights: {
		features: number[][];
		logit: number[];
		projection: number[][];
		rotation: number[][];
		classes: number[][];
	};
	readonly cases: {
		method: string;
		options: Record<string, unknown>;
		labels: number[][];
		expected: { discriminator: Numbers; generator: Numbers };
	}[];
}

// Made by ci/golden/methods-losses.py (NumPy, float64).
const golden = JSON.parse(
	readFileSync(new URL('../fixtures/methods/losses.json', import.meta.url), 'utf8'),
) as Golden;

/** The networks of the golden script: features = max(0, pixels W), and linear heads on them. */
function smallNetworks(): Networks {
	const { weights } = golden;
	return {
		discriminate(images) {
			const features = tf.relu(
				tf.matMul(tf.reshape(images, [images.shape[0], -1]), tf.tensor2d(weights.features)),
			);
			return {
				features: features as Tensor2D,
				logits: tf.squeeze(tf.matMul(features, tf.tensor2d(weights.logit, [weights.logit.length, 1])), [1]),
			};
		},
		project(features, labels) {
			const embedded = tf.matMul(labels, tf.tensor2d(weights.projection));
			return tf.sum(tf.mul(embedded, features), 1) as Tensor1D;
		},
		predictRotation: features => tf.matMul(features, tf.tensor2d(weights.rotation)),
		predictClass: features => tf.matMul(features, tf.tensor2d(weights.classes)),
	};
}

const numbersOf = (loss: Loss): Numbers => ({
	total: loss.total.dataSync()[0],
	...Object.fromEntries(Object.entries(loss.logged).map(([name, value]) => [name, value.dataSync()[0]])),
});

for (const [index, { method: name, options: given, labels, expected }] of golden.cases.entries()) {
	test(`case ${index}: both losses of ${name} and all they log equal NumPy`, async t => {
		const { method } = await loadMethod(name);
		const options = parseMethodOptions(method, given);
		const before = tf.memory().numTensors;
		const actual = tf.tidy(() => {
			const fakes = tf.tensor4d(golden.fakes, golden.shape);
			const fakeLabels = tf.tensor2d(golden.fakeLabels);
			const real = { images: tf.tensor4d(golden.images, golden.shape), labels: tf.tensor2d(labels) };
			return {
				discriminator: numbersOf(
					method.discriminatorLoss(smallNetworks(), { ...real, fakes, fakeLabels }, options),
				),
				generator: numbersOf(method.generatorLoss(smallNetworks(), { fakes, fakeLabels }, options)),
			};
		});
		for (const network of ['discriminator', 'generator'] as const) {
			t.deepEqual(Object.keys(actual[network]).sort(), Object.keys(expected[network]).sort());
			for (const [term, value] of Object.entries(expected[network])) {
				const difference = Math.abs(actual[network][term] - value);
				t.true(
					difference <= 1e-5 * Math.max(1, Math.abs(value)),
					`${network} ${term}: ${actual[network][term]}, expected ${value}`,
				);
			}
		}
		t.is(tf.memory().numTensors, before);
	});
}

for (const [name, prediction] of ['s2gan-co', 's3gan-co'].flatMap(name =>
	['soft', 'hard'].map(prediction => [name, prediction] as const),
)) {
	test(`${name}, ${prediction} predictions: the hinge loss does not train the class head through the labels that it predicts`, async t => {
		const { method } = await loadMethod(name);
		const options = parseMethodOptions(method, { classWeight: 0, prediction });
		tf.tidy(() => {
			const head = tf.variable(tf.tensor2d(golden.weights.classes));
			const networks: Networks = { ...smallNetworks(), predictClass: features => tf.matMul(features, head) };
			const batch = {
				images: tf.tensor4d(golden.images, golden.shape) as Tensor4D,
				labels: tf.zeros([8, 3]) as Tensor2D,
				fakes: tf.tensor4d(golden.fakes, golden.shape) as Tensor4D,
				fakeLabels: tf.tensor2d(golden.fakeLabels),
			};
			const { grads } = tf.variableGrads(
				() => method.discriminatorLoss(networks, batch, options).total,
				[head],
			);
			t.true(
				Object.values(grads)[0]
					.dataSync()
					.every(value => value === 0),
			);
			head.dispose();
		});
	});
}
