import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { compile } from '../../../../harness/tensor/compile/compile.ts';
import { runKernel } from '../../../../harness/tensor/kernels.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';

const makeVariable = (values: number[], shape: number[]): Variable =>
	tf.tidy(() => tf.variable(tf.tensor(values, shape)));

/** One step of gradient descent on a linear regression. */
const descend =
	(weights: Variable) =>
	({ x, rate }: Readonly<Record<string, Tensor>>): Record<string, Tensor> =>
		tf.tidy(() => {
			const loss = () => tf.mean(tf.square(tf.matMul(x, weights as Tensor))) as never;
			const { value, grads } = tf.variableGrads(loss, [weights]);
			weights.assign(tf.sub(weights, tf.mul(grads[weights.name], rate)));
			return { loss: value };
		});

test.serial('a compiled step does what the step does, time after time, and its state can be read', t => {
	const before = tf.memory().numTensors;
	const weights = makeVariable([1, 2, 3, 4], [2, 2]);
	const step = descend(weights);
	const compiled = compile(step, {
		state: new Map([['weights', weights]]),
		inputs: { x: { shape: [3, 2] }, rate: { shape: [] } },
	});
	t.deepEqual([...weights.dataSync()], [1, 2, 3, 4]);

	const losses = (update: typeof step): number[] =>
		[0.1, 0.05, 0.2].map(rate =>
			tf.tidy(
				() =>
					update({ x: tf.tensor2d([1, 2, 0, 1, 1, 1], [3, 2]), rate: tf.scalar(rate) }).loss.dataSync()[0],
			),
		);
	const compiledLosses = losses(compiled);
	t.deepEqual([...weights.dataSync()], [1, 2, 3, 4]);
	const eagerLosses = losses(step);
	const eagerWeights = [...weights.dataSync()];
	t.deepEqual(compiledLosses, eagerLosses);
	compiled.readState();
	t.deepEqual([...weights.dataSync()], eagerWeights);
	compiled.dispose();
	weights.dispose();
	t.is(tf.memory().numTensors, before);
});

test.serial('running a compiled step many times holds no tensors', t => {
	const weights = makeVariable([1, 2], [2, 1]);
	const compiled = compile(descend(weights), {
		state: new Map([['weights', weights]]),
		inputs: { x: { shape: [1, 2] }, rate: { shape: [] } },
	});
	const before = tf.memory().numTensors;
	for (let run = 0; run < 50; run++) {
		tf.tidy(() => void compiled({ x: tf.tensor2d([[1, 1]]), rate: tf.scalar(0.01) }));
	}
	t.is(tf.memory().numTensors, before);
	compiled.dispose();
	weights.dispose();
});

test.serial('state that was assigned outside is taken over when it is written', t => {
	const total = makeVariable([0], []);
	const compiled = compile(
		({ x }) => {
			tf.tidy(() => total.assign(tf.add(total, x)));
			return {};
		},
		{ state: new Map([['total', total]]), inputs: { x: { shape: [] } } },
	);
	const add = (value: number): void => tf.tidy(() => void compiled({ x: tf.scalar(value) }));
	add(2);
	tf.tidy(() => total.assign(tf.scalar(10)));
	compiled.writeState();
	add(3);
	compiled.readState();
	t.is(total.dataSync()[0], 13);
	compiled.dispose();
	total.dispose();
});

test.serial('variables that share memory at the start are two variables', t => {
	const first = makeVariable([1], [1]);
	const second = tf.tidy(() => tf.variable(first.clone()));
	const compiled = compile(
		() => {
			tf.tidy(() => first.assign(tf.add(first, 1)));
			return { second: tf.mul(second, 10) };
		},
		{
			state: new Map([
				['first', first],
				['second', second],
			]),
			inputs: {},
		},
	);
	const shown = [1, 2].map(() => tf.tidy(() => compiled({}).second.dataSync()[0]));
	t.deepEqual(shown, [10, 10]);
	compiled.readState();
	t.deepEqual([first.dataSync()[0], second.dataSync()[0]], [3, 1]);
	compiled.dispose();
	tf.dispose([first, second]);
});

test.serial('other input shapes are compiled when they come, and the state goes on', t => {
	const before = tf.memory().numTensors;
	const count = makeVariable([0], []);
	const compiled = compile(
		({ x }) =>
			tf.tidy(() => {
				count.assign(tf.add(count, tf.sum(tf.onesLike(x))));
				return { doubled: tf.mul(x, 2) };
			}),
		{ state: new Map([['count', count]]), inputs: { x: { shape: [2] } } },
	);
	for (const length of [2, 3, 2, 5, 3]) {
		const doubled = tf.tidy(() => [...compiled({ x: tf.fill([length], 4) }).doubled.dataSync()]);
		t.deepEqual(doubled, new Array(length).fill(8));
	}
	compiled.readState();
	t.is(count.dataSync()[0], 15);
	compiled.dispose();
	count.dispose();
	t.is(tf.memory().numTensors, before);
});

test.serial('tensors from outside that the step uses keep the value that they had', t => {
	const before = tf.memory().numTensors;
	const large = tf.range(0, 5000);
	const small = tf.tidy(() => tf.mul(tf.tensor1d([1, 2]), 3));
	const compiled = compile(
		({ x }) => tf.tidy(() => ({ large: tf.sum(tf.mul(large, x)), small: tf.mul(small, x) })),
		{ state: new Map(), inputs: { x: { shape: [] } } },
	);
	tf.dispose([large, small]);
	tf.tidy(() => {
		const outputs = compiled({ x: tf.scalar(2) });
		t.is(outputs.large.dataSync()[0], 5000 * 4999);
		t.deepEqual([...outputs.small.dataSync()], [6, 12]);
	});
	compiled.dispose();
	t.is(tf.memory().numTensors, before);
});

const refuse = (
	step: (inputs: Readonly<Record<string, Tensor>>) => Record<string, Tensor>,
	state: Map<string, Variable> = new Map(),
) => compile(inputs => tf.tidy(() => step(inputs)), { state, inputs: { x: { shape: [2] } } });

test.serial('a read of data while recording is refused with operation and line', t => {
	const before = tf.memory().numTensors;
	t.throws(() => refuse(({ x }) => ({ y: tf.scalar(tf.exp(x).dataSync()[0]) })), {
		instanceOf: UsageError,
		message:
			/^compile: the data of a tensor \(Exp\) is read at test\/harness\/tensor\/compile\/compile\.test\.ts:\d+ /u,
	});
	t.throws(() => refuse(({ x }) => ({ y: tf.scalar(x.dataSync()[0]) })), { message: /\(input x\)/u });
	t.is(tf.memory().numTensors, before);
	// Afterwards everything is as it was.
	t.is(
		tf.tidy(() => tf.exp(tf.scalar(0)).dataSync()[0]),
		1,
	);
});

test.serial('data that depends on no input may be read while recording', t => {
	const compiled = refuse(({ x }) => ({ y: tf.mul(x, tf.add(tf.scalar(1), 2).dataSync()[0]) }));
	t.deepEqual(
		tf.tidy(() => [...compiled({ x: tf.tensor1d([1, 2]) }).y.dataSync()]),
		[3, 6],
	);
	compiled.dispose();
});

test.serial('random numbers drawn in a step are refused', t => {
	const { random } = Math;
	t.throws(() => refuse(({ x }) => ({ y: tf.add(x, tf.randomNormal([2])) })), {
		instanceOf: UsageError,
		message: /draws random numbers while it is recorded/u,
	});
	t.is(Math.random, random);
	const seeds = {
		seed: { int: 1 },
		seed2: { int: 2 },
		dtype: { type: 'float32' },
		T: { type: 'int32' },
	} as const;
	t.throws(
		() =>
			refuse(({ x }) => ({
				y: tf.add(x, runKernel('RandomUniform', seeds, [tf.tensor1d([2], 'int32')])[0]),
			})),
		{ message: /RandomUniform at \S+compile\.test\.ts:\d+ cannot be part of a compiled step/u },
	);
});

test.serial('assigning a variable that is no state is refused', t => {
	const forgotten = makeVariable([0, 0], [2]);
	t.throws(
		() =>
			refuse(({ x }) => {
				forgotten.assign(x);
				return {};
			}),
		{
			instanceOf: UsageError,
			message: /assigns the variable \S+ of shape \[2\], which is no part of its state/u,
		},
	);
	forgotten.dispose();
});

test.serial('a step that leaks tensors is refused', t => {
	const leaked: Tensor[] = [];
	t.throws(
		() =>
			refuse(({ x }) => {
				leaked.push(tf.keep(tf.add(x, 1)));
				return {};
			}),
		{ message: /1 tensors leaked while \S+ was recorded/u },
	);
	tf.dispose(leaked);
});

test.serial('missing inputs are named, and a disposed program says so', t => {
	const compiled = refuse(({ x }) => ({ y: tf.neg(x) }));
	t.throws(() => compiled({}), { message: 'compile: step takes the inputs x, got (none)' });
	compiled.dispose();
	t.throws(() => compiled({}), { message: /after its program was disposed/u });
});
