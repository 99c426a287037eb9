import test from 'ava';
import { RunFailedError, UsageError } from '../../../harness/errors.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { drawFakeInputs, oneHotRows } from '../../../harness/train/fake-inputs.ts';
import { createGanState, disposeGanState } from '../../../harness/train/gan-state.ts';
import { createGeneratorSampler } from '../../../harness/train/generator-sampler.ts';
import { discriminatorUpdate, generatorUpdate } from '../../../harness/train/sub-step.ts';
import { type TrainingRequest, trainGan } from '../../../harness/train/train-gan.ts';
import type { Method } from '../../../methods/method.ts';
import { loadBuiltInMethods, loadMethod, parseMethodOptions } from '../../../methods/registry.ts';
import { noiseDataSet, smallSettings, snapshot } from './small-training.ts';

const dataSet = noiseDataSet();

function requestOf(method: Method, steps: number, overrides: Partial<TrainingRequest> = {}): TrainingRequest {
	const options = parseMethodOptions(method, {});
	return {
		method,
		options,
		settings: smallSettings(steps),
		dataSet,
		subset: undefined,
		seed: 5,
		...overrides,
	};
}

for (const { method } of await loadBuiltInMethods()) {
	test.serial(
		`${method.name}: each update changes its own network and leaves the other one bit-identical`,
		t => {
			const settings = smallSettings(1);
			const options = parseMethodOptions(method, {});
			const state = createGanState(method, options, settings, 3, 5);
			const { classes } = state.config;
			const before = { generator: snapshot(state.generator), discriminator: snapshot(state.discriminator) };

			tf.tidy(() => {
				const real = {
					images: tf.tensor4d(
						Float32Array.from({ length: 8 * 32 * 32 * 3 }, (_, i) => (i % 7) / 7),
						[8, 32, 32, 3],
					),
					labels: oneHotRows(
						Int32Array.from({ length: 8 }, (_, i) => i % classes),
						classes,
					),
				};
				const inputs = drawFakeInputs(state.config, 8, 5, ['test']);
				discriminatorUpdate({ state, method, options, settings }, real, inputs, tf.scalar(5e-4));
			});
			t.deepEqual(snapshot(state.generator), before.generator);
			const afterDiscriminator = snapshot(state.discriminator);
			const unchanged = [...afterDiscriminator].filter(([name, values]) =>
				values.every((value, index) => value === before.discriminator.get(name)![index]),
			);
			// The non-local block's output is scaled by sigma, 0 at the start: its kernels get no gradient yet. With every
			// image inside the hinge, real and fake images pull the last bias equally hard in opposite directions.
			t.true(
				unchanged.every(([name]) => /non_local_block\/conv2d|final_fc\/bias/u.test(name)),
				unchanged.map(([name]) => name).join(),
			);

			tf.tidy(() =>
				generatorUpdate(
					{ state, method, options, settings },
					drawFakeInputs(state.config, 8, 5, ['other']),
					tf.scalar(1e-4),
				),
			);
			t.deepEqual(snapshot(state.discriminator), afterDiscriminator);
			for (const [name, values] of snapshot(state.generator)) {
				// The batch norm after it subtracts this bias again.
				const cancelled = name.endsWith('/up_conv1/bias');
				t.is(
					values.some((value, index) => value !== before.generator.get(name)![index]),
					!cancelled,
					`${name} moved if it should not, or the reverse`,
				);
			}
			disposeGanState(state);
		},
	);
}

test.serial('equal seeds give equal weights bit for bit, and another seed others', async t => {
	const { method } = await loadMethod('s3gan');
	const weights = async (seed: number) => {
		const state = await trainGan(requestOf(method, 3, { seed }));
		const values = [snapshot(state.generator), snapshot(state.discriminator), snapshot(state.average)];
		disposeGanState(state);
		return values;
	};
	const first = await weights(5);
	t.deepEqual(await weights(5), first);
	t.notDeepEqual(await weights(6), first);
});

test.serial('training frees all its tensors, and the sampler too', async t => {
	const { method } = await loadMethod('big-gan');
	const before = tf.memory().numTensors;
	const request = requestOf(method, 2);
	const state = await trainGan(request);
	const held = tf.memory().numTensors;
	const sampler = await createGeneratorSampler(state, request.settings, 5);
	const sizes = [...sampler.fakeSet(0)].map(images => {
		const size = images.shape[0];
		const values = images.dataSync();
		t.true(values.every(value => value >= 0 && value <= 1));
		images.dispose();
		return size;
	});
	t.deepEqual(sizes, [8, 4]);
	sampler.dispose();
	t.is(tf.memory().numTensors, held);
	disposeGanState(state);
	t.is(tf.memory().numTensors, before);
});

test.serial(
	'fake sets are the same at each reading, differ from one another, and leave training as it is',
	async t => {
		const { method } = await loadMethod('big-gan');
		const request = requestOf(method, 1);
		const state = await trainGan(request);
		const vectors = [...state.generator.singularVectors.values()].map(vector => vector.dataSync().slice());
		const pixels = async (set: number, eager = false): Promise<number[]> => {
			const sampler = await createGeneratorSampler(state, request.settings, 5, null, eager);
			const values = [...sampler.fakeSet(set)].flatMap(images => tf.tidy(() => [...images.dataSync()]));
			sampler.dispose();
			return values;
		};
		t.deepEqual(await pixels(0), await pixels(0));
		t.deepEqual(await pixels(0, true), await pixels(0));
		t.notDeepEqual(await pixels(0), await pixels(1));
		t.deepEqual(
			[...state.generator.singularVectors.values()].map(vector => vector.dataSync()),
			vectors,
		);
		disposeGanState(state);
	},
);

test.serial('the labels that a method assigns reach the discriminator', async t => {
	const { method } = await loadMethod('random-label');
	const seen: number[] = [];
	const spy: Method = {
		...method,
		realLabels(trueLabels, classes, stream) {
			const labels = method.realLabels(trueLabels, classes, stream);
			seen.push(...labels);
			return labels;
		},
		discriminatorLoss(networks, batch, options) {
			const labels = tf.argMax(batch.labels, 1).dataSync();
			t.deepEqual([...labels], seen.slice(-8));
			return method.discriminatorLoss(networks, batch, options);
		},
	};
	disposeGanState(await trainGan(requestOf(spy, 4, { eager: true })));
	t.is(seen.length, 4 * 2 * 8);
	t.deepEqual([...new Set(seen)].sort(), [0, 1, 2]);
});

test.serial('a loss that is not finite stops the training and names the step', async t => {
	const { method } = await loadMethod('big-gan');
	let calls = 0;
	const diverging: Method = {
		...method,
		generatorLoss(networks, batch, options) {
			calls += 1;
			const loss = method.generatorLoss(networks, batch, options);
			return calls === 2 ? { ...loss, total: tf.mul(loss.total, Number.NaN) } : loss;
		},
	};
	const before = tf.memory().numTensors;
	await t.throwsAsync(trainGan(requestOf(diverging, 5, { eager: true })), {
		instanceOf: RunFailedError,
		message: 'generator.total is NaN at generator step 2: training diverged',
	});
	t.is(tf.memory().numTensors, before);
});

test.serial('a method that leaks tensors is stopped and named', async t => {
	const { method } = await loadMethod('single-label');
	const leaking: Method = {
		...method,
		discriminatorLoss(networks, batch, options) {
			tf.keep(tf.zeros([1]));
			return method.discriminatorLoss(networks, batch, options);
		},
	};
	await t.throwsAsync(trainGan(requestOf(leaking, 5, { eager: true })), {
		instanceOf: RunFailedError,
		message: /2 tensors leaked in generator step 2 of single-label/u,
	});
	await t.throwsAsync(trainGan(requestOf(leaking, 5)), {
		instanceOf: UsageError,
		message: /1 tensors leaked while discriminator\S* was recorded/u,
	});
});

test.serial('an abort ends the training after the current step', async t => {
	const { method } = await loadMethod('single-label');
	const controller = new AbortController();
	let steps = 0;
	const request = requestOf(method, 50, {
		signal: controller.signal,
		onStep({ step }) {
			steps = step;
			if (step === 2) controller.abort(new Error('enough'));
		},
	});
	await t.throwsAsync(trainGan(request), { message: 'enough' });
	t.is(steps, 2);
});
