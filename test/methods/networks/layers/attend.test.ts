import type { Tensor, Tensor3D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { compile } from '../../../../harness/tensor/compile/compile.ts';
import { createGraphBuilder, type GraphNode, nodeOf } from '../../../../harness/tensor/compile/graph.ts';
import { recordStep } from '../../../../harness/tensor/compile/record-step.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { attend } from '../../../../methods/networks/layers/attend.ts';
import {
	largestAttentionTurn,
	largestWholeAttention,
} from '../../../../methods/networks/layers/attention-limits.ts';
import { pseudoRandom } from '../support/pseudo-random.ts';

// Five images of 8 positions that look at 4 keys; in turns of two images, the last one alone.
const shapes = { queries: [5, 8, 3], keys: [5, 4, 3], values: [5, 4, 6], upstream: [5, 8, 6] } as const;
const inTurns = { whole: 0, turn: 2 * 8 * 4 };
const whole = { whole: Number.POSITIVE_INFINITY, turn: 1 };
const defaultLimits = { whole: largestWholeAttention, turn: largestAttentionTurn };

type Name = keyof typeof shapes;
const drawn = (name: Name): number[] => [...pseudoRandom(name, shapes[name])];
const tensor = (name: Name, values = drawn(name)): Tensor3D => tf.tensor3d(values, [...shapes[name]]);

/** The output, and the gradients of Σ output · upstream. */
function differentiate(
	{ queries, keys, values, upstream }: Readonly<Record<string, Tensor>>,
	limits: typeof whole,
): Record<'output' | 'queries' | 'keys' | 'values', Tensor> {
	const loss = (q: Tensor, k: Tensor, v: Tensor): Tensor =>
		tf.sum(tf.mul(attend(q as Tensor3D, k as Tensor3D, v as Tensor3D, limits), upstream));
	const [ofQueries, ofKeys, ofValues] = tf.grads(loss)([queries, keys, values]);
	const output = attend(queries as Tensor3D, keys as Tensor3D, values as Tensor3D, limits);
	return { output, queries: ofQueries, keys: ofKeys, values: ofValues };
}

const allInputs = (): Record<Name, Tensor3D> => ({
	queries: tensor('queries'),
	keys: tensor('keys'),
	values: tensor('values'),
	upstream: tensor('upstream'),
});

const read = (compute: () => Record<string, Tensor>): Record<string, Float32Array> =>
	tf.tidy(
		() =>
			Object.fromEntries(
				Object.entries(compute()).map(([name, value]) => [name, value.dataSync().slice()]),
			) as never,
	);

test('attention in turns has the values and gradients of attention at once', t => {
	const before = tf.memory().numTensors;
	const expected = read(() => differentiate(allInputs(), whole));
	const actual = read(() => differentiate(allInputs(), inTurns));
	for (const [name, values] of Object.entries(expected)) {
		for (const [index, value] of values.entries()) {
			t.true(Math.abs(actual[name][index] - value) < 1e-5, `${name} ${index}`);
		}
	}
	t.is(tf.memory().numTensors, before);
});

test('its gradients equal finite differences', t => {
	const gradients = read(() => differentiate(allInputs(), inTurns));
	// In double precision, by definition: the step can be small.
	const loss = (inputs: Readonly<Record<Name, readonly number[]>>): number => {
		let sum = 0;
		for (let row = 0; row < 5 * 8; row++) {
			const image = Math.floor(row / 8);
			const scores = [0, 1, 2, 3].map(key =>
				[0, 1, 2].reduce(
					(score, i) => score + inputs.queries[row * 3 + i] * inputs.keys[(image * 4 + key) * 3 + i],
					0,
				),
			);
			const exponentials = scores.map(Math.exp);
			const total = exponentials.reduce((a, b) => a + b);
			for (let channel = 0; channel < 6; channel++) {
				const mixed = exponentials.reduce(
					(value, weight, key) => value + (weight / total) * inputs.values[(image * 4 + key) * 6 + channel],
					0,
				);
				sum += mixed * inputs.upstream[row * 6 + channel];
			}
		}
		return sum;
	};
	const given = {
		queries: drawn('queries'),
		keys: drawn('keys'),
		values: drawn('values'),
		upstream: drawn('upstream'),
	};
	for (const name of ['queries', 'keys', 'values'] as const) {
		for (const [index, value] of given[name].entries()) {
			const at = (moved: number): number => loss({ ...given, [name]: given[name].with(index, moved) });
			const slope = (at(value + 1e-5) - at(value - 1e-5)) / 2e-5;
			t.true(Math.abs(gradients[name][index] - slope) < 1e-4, `${name} ${index}`);
		}
	}
});

for (const [name, scale] of [
	['small attention is computed at once and', 1],
	['with scores in the hundreds it', 40],
] as const) {
	test(`${name} equals the formula, and so do its gradients`, t => {
		const before = tf.memory().numTensors;
		const inputs = (): Record<Name, Tensor3D> => {
			const { queries, keys, ...rest } = allInputs();
			return { queries: tf.mul(queries, scale), keys: tf.mul(keys, scale), ...rest };
		};
		const formula = (q: Tensor, k: Tensor, v: Tensor): Tensor =>
			tf.matMul(tf.softmax(tf.matMul(q, k, false, true)), v);
		const expected = read(() => {
			const { queries, keys, values, upstream } = inputs();
			const loss = (q: Tensor, k: Tensor, v: Tensor): Tensor => tf.sum(tf.mul(formula(q, k, v), upstream));
			const gradients = tf.grads(loss)([queries, keys, values]);
			return { output: formula(queries, keys, values), ...gradients } as unknown as Record<string, Tensor>;
		});
		const { output, queries, keys, values } = read(() => differentiate(inputs(), defaultLimits));
		for (const [index, actual] of [queries, keys, values, output].entries()) {
			const golden = expected[['0', '1', '2', 'output'][index]];
			const largest = Math.max(1, ...golden.map(Math.abs));
			for (const [at, value] of golden.entries()) {
				t.true(
					Math.abs(actual[at] - value) < 1e-6 * scale * largest,
					`${index}, ${at}: ${actual[at]}, ${value}`,
				);
			}
		}
		t.is(tf.memory().numTensors, before);
	});
}

const specs = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { shape }]));

for (const [way, limits] of [
	['in turns', inTurns],
	['at once', whole],
] as const) {
	test.serial(`compiled, attention ${way} equals the eager one bit for bit`, t => {
		const before = tf.memory().numTensors;
		const compiled = compile(inputs => tf.tidy(() => differentiate(inputs, limits)), {
			state: new Map(),
			inputs: specs,
		});
		t.deepEqual(
			read(() => compiled(allInputs())),
			read(() => differentiate(allInputs(), limits)),
		);
		compiled.dispose();
		t.is(tf.memory().numTensors, before);
	});
}

test.serial('in a graph each turn waits for the one before, forwards and backwards', t => {
	const graph = createGraphBuilder();
	recordStep({
		graph,
		name: 'attention',
		step: inputs => tf.tidy(() => differentiate(inputs, inTurns)),
		inputs: specs,
		state: new Map(),
		fence: 'fence',
		capture: () => t.fail() as never,
	});
	const byName = new Map(graph.nodes.map(node => [node.name, node]));
	const waitsFor = (node: GraphNode, wanted: GraphNode, seen = new Set<string>()): boolean =>
		node.inputs.map(nodeOf).some(name => {
			if (name === wanted.name) return true;
			const input = byName.get(name);
			if (!input || seen.has(name)) return false;
			seen.add(name);
			return waitsFor(input, wanted, seen);
		});
	// Three turns forwards, and again backwards; the output asked for apart is that of the forward pass.
	const weights = graph.nodes.filter(node => node.operation === 'Exp');
	t.is(weights.length, 6);
	for (const turn of [1, 2, 4, 5]) t.true(waitsFor(weights[turn], weights[turn - 1]), `turn ${turn}`);
	t.false(waitsFor(weights[0], weights[1]));
});
