import type { Tensor, Tensor1D, Variable } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { EnvironmentError, UsageError } from '../../../../harness/errors.ts';
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

/** Adds up its inputs, and throws for some shapes when half of it is recorded. */
function summing(total: Variable) {
	const large = tf.range(0, 5000);
	const step = ({ x }: Readonly<Record<string, Tensor>>): Record<string, Tensor> =>
		tf.tidy(() => {
			total.assign(tf.add(total, tf.sum(x)));
			const sum = tf.add(tf.sum(large), tf.sum(x));
			if (x.shape[0] === 3) sum.dataSync();
			if (x.shape[0] === 5) throw new RangeError('not five');
			return { sum };
		});
	const compiled = compile(step, { state: new Map([['total', total]]), inputs: { x: { shape: [2] } } });
	return {
		compiled,
		add: (length: number): number =>
			tf.tidy(() => compiled({ x: tf.ones([length]) }).sum.dataSync()[0]) - 2500 * 4999,
		dispose() {
			compiled.dispose();
			tf.dispose([large, total]);
		},
	};
}

test.serial('a shape that is refused leaves all others as they were, with the state', t => {
	const before = tf.memory().numTensors;
	const total = makeVariable([0], []);
	const { compiled, add, dispose } = summing(total);
	t.is(add(2), 2);
	const held = tf.memory().numTensors;
	t.throws(() => add(3), { instanceOf: UsageError, message: /data of a tensor \(Add\) is read/u });
	t.throws(() => add(5), { instanceOf: RangeError });
	t.is(tf.memory().numTensors, held);
	t.is(add(2), 2);
	compiled.readState();
	t.is(total.dataSync()[0], 4);

	t.is(add(4), 4);
	t.throws(() => add(3), { instanceOf: UsageError });
	t.deepEqual([add(2), add(4)], [2, 4]);
	compiled.readState();
	t.is(total.dataSync()[0], 14);
	dispose();
	t.is(tf.memory().numTensors, before);
});

test.serial('a graph of another shape that does not load leaves all others as they were', t => {
	const before = tf.memory().numTensors;
	const total = makeVariable([0], []);
	const { compiled, add, dispose } = summing(total);
	add(2);
	const held = tf.memory().numTensors;
	const { TMPDIR } = process.env;
	process.env.TMPDIR = './no-such-folder';
	t.throws(() => add(4), { instanceOf: EnvironmentError, message: /could not load a graph of \d+ nodes/u });
	if (TMPDIR === undefined) delete process.env.TMPDIR;
	else process.env.TMPDIR = TMPDIR;
	t.is(tf.memory().numTensors, held);
	t.deepEqual([add(2), add(4)], [2, 4]);
	compiled.readState();
	t.is(total.dataSync()[0], 8);
	dispose();
	t.is(tf.memory().numTensors, before);
});

test.serial(
	'an error of TensorFlow in the middle of a step holds nothing, and the state can be written anew',
	t => {
		const before = tf.memory().numTensors;
		const total = makeVariable([1], []);
		const table = makeVariable([1, 2, 3], [3]);
		const compiled = compile(
			({ x, row }) =>
				tf.tidy(() => {
					total.assign(tf.add(total, x));
					return { chosen: tf.gather(table, row as Tensor1D) };
				}),
			{
				state: new Map([
					['total', total],
					['table', table],
				]),
				inputs: { x: { shape: [] }, row: { shape: [1], dtype: 'int32' } },
			},
		);
		const choose = (row: number): number =>
			tf.tidy(() => compiled({ x: tf.scalar(5), row: tf.tensor1d([row], 'int32') }).chosen.dataSync()[0]);
		const held = tf.memory().numTensors;
		t.throws(() => choose(7), { message: /not in \[0, 3\)/u });
		t.is(tf.memory().numTensors, held);
		compiled.writeState();
		t.is(choose(2), 3);
		compiled.readState();
		t.is(total.dataSync()[0], 6);
		compiled.dispose();
		tf.dispose([total, table]);
		t.is(tf.memory().numTensors, before);
	},
);

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

test.serial(
	'an asynchronous read of data is refused by the compiler, whatever becomes of the promise',
	async t => {
		const before = tf.memory().numTensors;
		let line = 0;
		const error = t.throws(
			() =>
				refuse(({ x }) => {
					line = Number(/compile\.test\.ts:(\d+)/u.exec(new Error().stack!)![1]) + 1;
					void tf.exp(x).data();
					return { y: tf.neg(x) };
				}),
			{ instanceOf: UsageError },
		);
		const place = `test/harness/tensor/compile/compile.test.ts:${line}`;
		t.is(error?.message, `compile: the data of a tensor (Exp) is read at ${place} while a step is recorded`);
		t.throws(
			() =>
				refuse(({ x }) => {
					x.array().catch(() => {});
					return { y: tf.neg(x) };
				}),
			{ message: /\(input x\)/u },
		);
		t.is(tf.memory().numTensors, before);
		// Nothing is rejected behind the back of the caller, and reading works again.
		const one = tf.tidy(() => tf.exp(tf.scalar(0)));
		t.is((await one.data())[0], 1);
		one.dispose();
	},
);

test.serial('a refusal that the step catches is an error all the same', t => {
	t.throws(
		() =>
			refuse(({ x }) => {
				let value = 0;
				try {
					[value] = x.dataSync();
				} catch {}
				return { y: tf.add(x, value) };
			}),
		{ instanceOf: UsageError, message: /\(input x\) is read at/u },
	);
});

test.serial('constants may be read asynchronously while a step is recorded', async t => {
	const constant = tf.tidy(() => tf.add(tf.scalar(1), 2));
	let reading: Promise<ArrayLike<number>> | undefined;
	const compiled = refuse(({ x }) => {
		reading = constant.data();
		return { y: tf.neg(x) };
	});
	t.is((await reading!)[0], 3);
	compiled.dispose();
	constant.dispose();
});

test.serial('a compiled step within a step is refused where its outputs would stay the same', t => {
	const before = tf.memory().numTensors;
	const inner = refuse(({ x }) => ({ y: tf.neg(x) }));
	t.throws(() => refuse(({ x }) => inner({ x: tf.mul(x, 2) })), {
		instanceOf: UsageError,
		message:
			/^compile: a compiled step is run at test\/harness\/tensor\/compile\/compile\.test\.ts:\d+, on a tensor \(Mul\) /u,
	});
	const onConstants = refuse(({ x }) => ({ y: tf.add(x, inner({ x: tf.tensor1d([1, 2]) }).y) }));
	t.deepEqual(
		tf.tidy(() => [...onConstants({ x: tf.tensor1d([5, 5]) }).y.dataSync()]),
		[4, 3],
	);
	onConstants.dispose();
	inner.dispose();
	t.is(tf.memory().numTensors, before);
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
	const forgotten = makeVariable([1, 2], [2]);
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
	t.deepEqual([...forgotten.dataSync()], [1, 2]);
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
	t.throws(() => compiled({}), { message: 'compile: step was run after its program was disposed' });
	t.throws(() => compiled.readState(), {
		message: 'compile: the state was read after its program was disposed',
	});
	t.throws(() => compiled.writeState(), { message: /the state was written after its program/u });
	t.notThrows(() => compiled.dispose());
});

test.serial('a state variable that was disposed is named, and no other is touched', t => {
	const before = tf.memory().numTensors;
	const [first, second] = [makeVariable([0], []), makeVariable([0], [])];
	const options = {
		state: new Map([
			['first', first],
			['second', second],
		]),
		inputs: { x: { shape: [] } },
	};
	const step = ({ x }: Readonly<Record<string, Tensor>>): Record<string, Tensor> => {
		tf.tidy(() => {
			first.assign(tf.add(first, x));
			second.assign(tf.add(second, x));
		});
		return {};
	};
	const compiled = compile(step, options);
	tf.tidy(() => void compiled({ x: tf.scalar(1) }));
	second.dispose();
	const error = { instanceOf: UsageError, message: 'compile: the variable second of the state was disposed' };
	t.throws(() => compiled.readState(), error);
	t.throws(() => compiled.writeState(), error);
	t.throws(() => compile(step, options), error);
	t.is(first.dataSync()[0], 0);
	compiled.dispose();
	first.dispose();
	t.is(tf.memory().numTensors, before);
});
