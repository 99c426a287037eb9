import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { ExecutionContext } from 'ava';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { createNetworkState, type NetworkState } from '../../../../methods/networks/network-state.ts';
import { type NetworkDescription, sizeOfShape } from '../../../../methods/networks/parameters.ts';

/** What `ci/golden/networks-big-gan.py` keeps of a tensor. */
export interface Summary {
	readonly shape: number[];
	/** Root of the sum of squares. */
	readonly length: number;
	/** Inner product with `pseudoRandom('probe/<name>', shape)`. */
	readonly inner: number;
	/** First four values, or all if fewer. */
	readonly first: number[];
}

/** The same numbers in [-1, 1) as in `ci/golden/networks-big-gan.py`: FNV-1a of the name starts an LCG. */
export function pseudoRandom(name: string, shape: readonly number[]): Float32Array {
	let state = 2_166_136_261;
	for (const byte of Buffer.from(name)) state = Math.imul(state ^ byte, 16_777_619) >>> 0;
	return Float32Array.from({ length: sizeOfShape(shape) }, () => {
		state = (Math.imul(1_664_525, state) + 1_013_904_223) >>> 0;
		return 2 * Math.fround(state / 2 ** 32) - 1;
	});
}

export const pseudoRandomTensor = (name: string, shape: number[]): Tensor =>
	tf.tensor(pseudoRandom(name, shape), shape, 'float32');

/** A network with the pseudo-random parameters and singular vectors of the golden script. */
export function pseudoRandomState(description: NetworkDescription): NetworkState {
	const state = createNetworkState(description, 1);
	tf.tidy(() => {
		for (const [name, variable] of state.parameters) {
			variable.assign(tf.tensor(goldenParameter(name, variable.shape), variable.shape, 'float32'));
		}
		for (const [name, variable] of state.singularVectors) {
			variable.assign(pseudoRandomTensor(`${name}/u_var`, variable.shape));
		}
	});
	return state;
}

function goldenParameter(name: string, shape: readonly number[]): Float32Array {
	const values = pseudoRandom(name, shape);
	if (name.endsWith('/bias') || name.endsWith('/beta')) return values.map(value => value / 4);
	return name.endsWith('final_norm/gamma') ? values.map(value => 1 + value / 4) : values;
}

/**
 * Asserts that a tensor has the summary's shape and, relative to its length, its numbers. Golden values of 0 but
 * for double rounding (the gradient of a bias that a batch norm takes out again) must be below the tolerance.
 */
export function assertSummary(
	t: ExecutionContext,
	name: string,
	actual: Tensor,
	golden: Summary,
	tolerance = 2e-4,
): void {
	t.deepEqual(actual.shape, golden.shape, name);
	const values = actual.dataSync<'float32'>();
	const probe = pseudoRandom(`probe/${name}`, golden.shape);
	const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
	const inner = values.reduce((sum, value, index) => sum + value * probe[index], 0);
	const offBy = Math.max(
		Math.abs(length - golden.length),
		Math.abs(inner - golden.inner),
		...golden.first.map((value, index) => Math.abs(values[index] - value)),
	);
	const scale = golden.length < 1e-9 ? 1 : golden.length;
	// Not `offBy > …`: NaN must fail.
	t.true(offBy <= tolerance * scale, `${name}: off by ${offBy}, length ${golden.length}`);
}
