import { readFileSync } from 'node:fs';
import test from 'ava';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import {
	type AdamSettings,
	applyAdam,
	createAdamState,
	disposeAdamState,
	nextStepSize,
} from '../../../harness/train/adam.ts';

interface Golden {
	readonly shape: [number, number];
	readonly start: number[];
	readonly gradients: number[][];
	readonly cases: { settings: AdamSettings; end: number[] }[];
}

// Made by ci/golden/train-adam.py (NumPy, float64).
const golden = JSON.parse(
	readFileSync(new URL('../../fixtures/train/adam.json', import.meta.url), 'utf8'),
) as Golden;

for (const { settings, end } of golden.cases) {
	test(`updates equal TensorFlow 1's Adam with β1 = ${settings.beta1}, ε = ${settings.epsilon}`, t => {
		const before = tf.memory().numTensors;
		const parameters = new Map([['w', tf.variable(tf.tensor2d(golden.start, golden.shape))]]);
		const state = createAdamState(parameters, settings);
		t.is(state.firstMoments.size, settings.beta1 === 0 ? 0 : 1);
		for (const values of golden.gradients) {
			tf.tidy(() => {
				const stepSize = tf.scalar(nextStepSize(state, settings));
				const gradients = new Map([['w', tf.tensor2d(values, golden.shape)]]);
				applyAdam(parameters, gradients, state, settings, stepSize);
			});
		}
		const actual = parameters.get('w')!.dataSync();
		for (const [index, expected] of end.entries()) {
			t.true(
				Math.abs(actual[index] - expected) <= 2e-6 * Math.max(1, Math.abs(expected)),
				`element ${index}`,
			);
		}
		t.is(state.updates, golden.gradients.length);
		disposeAdamState(state);
		parameters.get('w')!.dispose();
		// The tensor that the variable was made from stays with this test.
		t.is(tf.memory().numTensors, before + 1);
	});
}

test('parameters without a gradient stay as they are', t => {
	const settings = golden.cases[0].settings;
	const parameters = new Map([
		['used', tf.variable(tf.tensor1d([1]))],
		['unused', tf.variable(tf.tensor1d([2]))],
	]);
	const state = createAdamState(parameters, settings);
	tf.tidy(() =>
		applyAdam(parameters, new Map([['used', tf.tensor1d([1])]]), state, settings, tf.scalar(0.1)),
	);
	t.true(parameters.get('used')!.dataSync()[0] < 1);
	t.is(parameters.get('unused')!.dataSync()[0], 2);
});
