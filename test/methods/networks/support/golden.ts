import { readFileSync } from 'node:fs';
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { ExecutionContext } from 'ava';
import { tf } from '../../../../harness/tensor/tensorflow.ts';

export interface GoldenTensor {
	readonly shape: number[];
	readonly values: number[];
}

/** One case of `ci/golden/networks-layers.py`. */
export interface GoldenCase {
	readonly inputs: Readonly<Record<string, GoldenTensor>>;
	readonly output: GoldenTensor;
	/** Gradient of the loss by the output. */
	readonly upstream: GoldenTensor;
	/** Gradients by the differentiable inputs. */
	readonly gradients: Readonly<Record<string, GoldenTensor>>;
	readonly extras: Readonly<Record<string, GoldenTensor>>;
}

export function readFixture<Content>(name: string): Content {
	return JSON.parse(readFileSync(new URL(`../../../fixtures/networks/${name}`, import.meta.url), 'utf8'));
}

export const toTensor = ({ shape, values }: GoldenTensor): Tensor => tf.tensor(values, shape, 'float32');

/** Asserts equality up to `tolerance` times the largest golden value (or 1). */
export function assertClose(
	t: ExecutionContext,
	actual: ArrayLike<number>,
	golden: readonly number[],
	what: string,
	tolerance = 2e-5,
): void {
	t.is(actual.length, golden.length, `${what}: number of values`);
	const scale = Math.max(1, ...golden.map(Math.abs));
	const worst = golden.reduce((most, value, index) => Math.max(most, Math.abs(actual[index] - value)), 0);
	// Not `worst > …`: NaN must fail.
	t.true(worst <= tolerance * scale, `${what}: off by ${worst}, values up to ${scale}`);
}

let cases: Readonly<Record<string, GoldenCase>> | undefined;

/**
 * Compares a function with a golden case: its value, the gradient by every differentiable input, and that it
 * leaves no tensor behind.
 */
export function assertGolden(
	t: ExecutionContext,
	name: string,
	compute: (inputs: Readonly<Record<string, Tensor>>) => Tensor,
): void {
	cases ??= readFixture<Record<string, GoldenCase>>('layers.json');
	const golden = cases[name];
	const names = Object.keys(golden.gradients);
	const before = tf.memory().numTensors;
	tf.tidy(() => {
		const constants = Object.fromEntries(
			Object.entries(golden.inputs).map(([key, value]) => [key, toTensor(value)]),
		);
		const withInputs = (...values: Tensor[]): Tensor =>
			compute({ ...constants, ...Object.fromEntries(names.map((key, index) => [key, values[index]])) });
		const differentiable = names.map(key => constants[key]);
		const { value, grads } = tf.valueAndGrads(withInputs)(differentiable, toTensor(golden.upstream));
		t.deepEqual(value.shape, golden.output.shape);
		assertClose(t, value.dataSync(), golden.output.values, 'output');
		for (const [index, key] of names.entries()) {
			t.deepEqual(grads[index].shape, golden.gradients[key].shape);
			assertClose(t, grads[index].dataSync(), golden.gradients[key].values, `gradient by ${key}`);
		}
	});
	t.is(tf.memory().numTensors, before, 'tensors left behind');
}

/** The golden case itself, for what `assertGolden` does not look at. */
export function goldenCase(name: string): GoldenCase {
	cases ??= readFixture<Record<string, GoldenCase>>('layers.json');
	return cases[name];
}
