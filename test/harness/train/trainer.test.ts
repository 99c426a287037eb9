import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { drawFakeInputs, oneHotRows } from '../../../harness/train/fake-inputs.ts';
import { createTrainer, type LossValues, type Trainer } from '../../../harness/train/trainer.ts';
import { ganVariables } from '../../../harness/train/updates.ts';
import type { Method } from '../../../methods/method.ts';
import { loadBuiltInMethods, loadMethod, parseMethodOptions } from '../../../methods/registry.ts';
import { noiseDataSet, smallSettings } from './small-training.ts';

const { train } = noiseDataSet();

/** Two discriminator updates, one generator update and the average, with the inputs of that step. Two images of eight have no label. */
function doStep(trainer: Trainer, step: number): LossValues[] {
	const { config } = trainer.state;
	const fakes = (name: string) => drawFakeInputs(config, 8, 5, [name, step]);
	return tf.tidy(() => {
		const losses = [0, 1].map(update => {
			const first = ((step * 2 + update) * 8) % 40;
			const pixels = train.pixels.slice(first * 3072, (first + 8) * 3072);
			const labels = Int32Array.from({ length: 8 }, (_, row) =>
				row < 6 ? train.labels[first + row] % config.classes : -1,
			);
			const images = tf.div<ReturnType<typeof tf.tensor4d>>(
				tf.tensor4d(pixels, [8, 32, 32, 3], 'float32'),
				255,
			);
			return trainer.discriminatorStep(
				{ images, labels: oneHotRows(labels, config.classes) },
				fakes(`discriminator ${update}`),
			);
		});
		losses.push(trainer.generatorStep(fakes('generator')));
		trainer.averageStep(step < 2 ? 0 : 0.9);
		return losses;
	});
}

const values = (trainer: Trainer): Map<string, Float32Array> =>
	new Map(
		[...ganVariables(trainer.readState())].map(([name, variable]) => [name, variable.dataSync<'float32'>()]),
	);

const methods = await loadBuiltInMethods();

for (const { method } of methods) {
	// Long enough for a difference in the last bit to grow, were there one.
	const steps = 20;
	test.serial(`${method.name}: ${steps} compiled steps equal eager ones bit for bit`, t => {
		const before = tf.memory().numTensors;
		const request = {
			method,
			options: parseMethodOptions(method, {}),
			settings: smallSettings(20),
			classes: 3,
			seed: 5,
		};
		const eager = createTrainer({ ...request, eager: true });
		const compiled = createTrainer(request);
		for (let step = 0; step < steps; step++) {
			const held = tf.memory().numTensors;
			t.deepEqual(doStep(compiled, step), doStep(eager, step), `step ${step}`);
			t.is(tf.memory().numTensors, held);
		}
		const expected = values(eager);
		for (const [name, actual] of values(compiled)) t.deepEqual(actual, expected.get(name), name);
		compiled.dispose();
		eager.dispose();
		t.is(tf.memory().numTensors, before);
	});
}

for (const name of ['big-gan', 's2gan-co']) {
	test.serial(
		`${name} in micro-batches: compiled updates equal eager ones bit for bit, and are not those of whole batches`,
		async t => {
			const { method } = await loadMethod(name);
			const options = parseMethodOptions(method, {});
			const before = tf.memory().numTensors;
			const train = (microBatchSize: number, eager: boolean): Map<string, Float32Array> => {
				const settings = smallSettings(20, { microBatchSize });
				const trainer = createTrainer({ method, options, settings, classes: 3, seed: 5, eager });
				for (let step = 0; step < 2; step++) {
					for (const losses of doStep(trainer, step)) t.true(Number.isFinite(losses.total));
				}
				const result = values(trainer);
				trainer.dispose();
				return result;
			};
			const eager = train(4, true);
			t.deepEqual(train(4, false), eager);
			t.notDeepEqual(train(8, true), eager);
			t.is(tf.memory().numTensors, before);
		},
	);
}

/**
 * One discriminator update in which nothing but the size of the micro-batches can make a difference: each pass starts
 * from the same singular vectors, and constants stand in for fakes, which depend on the moments of their batch.
 */
function discriminatorUpdateIn(
	microBatchSize: number,
	{ method, given, labels }: { method: Method; given: Record<string, unknown>; labels: number[] },
): { losses: LossValues; gradients: Map<string, Float32Array> } {
	let vectors: Map<string, ReturnType<typeof tf.clone>> | undefined;
	const steady: Method = {
		...method,
		discriminatorLoss(networks, batch, options) {
			for (const [name, value] of vectors!)
				trainer.state.discriminator.singularVectors.get(name)!.assign(value);
			return method.discriminatorLoss(networks, { ...batch, fakes: tf.sub(1, batch.images) }, options);
		},
	};
	const settings = smallSettings(20, { microBatchSize });
	const options = parseMethodOptions(method, given);
	const trainer = createTrainer({ method: steady, options, settings, classes: 3, seed: 5, eager: true });
	vectors = new Map(
		[...trainer.state.discriminator.singularVectors].map(([name, value]) => [name, value.clone()]),
	);
	const losses = tf.tidy(() =>
		trainer.discriminatorStep(
			{
				images: tf.div(tf.tensor4d(train.pixels.slice(0, 8 * 3072), [8, 32, 32, 3], 'float32'), 255),
				labels: oneHotRows(Int32Array.from(labels), 3),
			},
			drawFakeInputs(trainer.state.config, 8, 5, ['fakes']),
		),
	);
	// With β1 = 0 Adam's first moments are the gradients of the update.
	const { firstMoments } = trainer.state.discriminatorOptimiser;
	const gradients = new Map(
		[...firstMoments].map(([name, value]) => [name, value.dataSync<'float32'>().slice()]),
	);
	tf.dispose([...vectors.values()]);
	trainer.dispose();
	return { losses, gradients };
}

const distance = (one: Float32Array, other: Float32Array): number =>
	Math.hypot(...one.map((value, index) => value - other[index])) / Math.max(1e-12, Math.hypot(...other));

for (const { name, given } of [
	{ name: 's2gan-co', given: {} },
	{ name: 's2gan-co', given: { realLoss: 'summed' } },
	// Which images are turned is another matter: each micro-batch turns its own last ones.
	{ name: 's3gan-co', given: { rotatedBatchFraction: 1, discriminatorRotationWeight: 0 } },
]) {
	for (const { described, labels } of [
		{ described: 'a part without labels', labels: [2, 0, -1, 1, -1, -1, -1, -1] },
		{ described: 'a part without images that lack one', labels: [-1, 0, -1, -1, 2, 1, 0, 0] },
		{ described: 'no labels at all', labels: [-1, -1, -1, -1, -1, -1, -1, -1] },
	]) {
		test.serial(
			`${name} ${JSON.stringify(given)}, ${described}: micro-batches give the gradient of the batch`,
			async t => {
				const { method } = await loadMethod(name);
				const before = tf.memory().numTensors;
				const whole = discriminatorUpdateIn(8, { method, given, labels });
				const parts = discriminatorUpdateIn(4, { method, given, labels });
				for (const [term, value] of Object.entries(whole.losses)) {
					if (term.startsWith('rotation')) continue;
					t.true(
						Math.abs(parts.losses[term] - value) < 1e-5,
						`${term}: ${parts.losses[term]}, expected ${value}`,
					);
				}
				for (const [parameter, gradient] of whole.gradients) {
					const apart = distance(parts.gradients.get(parameter)!, gradient);
					t.true(apart < 1e-4, `${parameter} is ${apart} off`);
				}
				t.is(tf.memory().numTensors, before);
			},
		);
	}
}

test('a micro-batch that does not divide the batch is refused', t => {
	const { method } = methods[0];
	const settings = smallSettings(1, { microBatchSize: 3 });
	const request = { method, options: parseMethodOptions(method, {}), settings, classes: 3, seed: 5 };
	t.throws(() => createTrainer(request), {
		instanceOf: UsageError,
		message: 'micro-batch: expected a divisor of the batch size 8, got 3',
	});
});

test.serial('a training goes on from weights that were written into it', t => {
	const { method } = methods[0];
	const request = {
		method,
		options: parseMethodOptions(method, {}),
		settings: smallSettings(4),
		classes: 3,
		seed: 5,
	};
	const unbroken = createTrainer(request);
	for (const step of [0, 1, 2]) doStep(unbroken, step);

	const first = createTrainer(request);
	doStep(first, 0);
	const saved = values(first);
	const second = createTrainer({ ...request, seed: 6 });
	tf.tidy(() => {
		for (const [name, variable] of ganVariables(second.state)) {
			variable.assign(tf.tensor(saved.get(name)!.slice(), variable.shape));
		}
	});
	for (const optimiser of ['generatorOptimiser', 'discriminatorOptimiser'] as const) {
		second.state[optimiser].updates = first.state[optimiser].updates;
	}
	second.writeState();
	for (const step of [1, 2]) doStep(second, step);
	t.deepEqual(values(second), values(unbroken));
	for (const trainer of [unbroken, first, second]) trainer.dispose();
});
