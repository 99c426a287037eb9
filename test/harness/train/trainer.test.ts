import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { drawFakeInputs, oneHotRows } from '../../../harness/train/fake-inputs.ts';
import { createTrainer, type LossValues, type Trainer } from '../../../harness/train/trainer.ts';
import { ganVariables } from '../../../harness/train/updates.ts';
import { loadBuiltInMethods, parseMethodOptions } from '../../../methods/registry.ts';
import { noiseDataSet, smallSettings } from './small-training.ts';

const { train } = noiseDataSet();

/** Two discriminator updates, one generator update and the average, with the inputs of that step. */
function doStep(trainer: Trainer, step: number): LossValues[] {
	const { config } = trainer.state;
	const fakes = (name: string) => drawFakeInputs(config, 8, 5, [name, step]);
	return tf.tidy(() => {
		const losses = [0, 1].map(update => {
			const first = ((step * 2 + update) * 8) % 40;
			const pixels = train.pixels.slice(first * 3072, (first + 8) * 3072);
			const labels = Int32Array.from({ length: 8 }, (_, row) => train.labels[first + row] % config.classes);
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
	// One method for long, the others for as long as it takes to go through every update.
	const steps = method.name === 's3gan' ? 20 : 3;
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

test.serial(
	'micro-batches: compiled updates equal eager ones bit for bit, and are not those of whole batches',
	t => {
		const method = methods.find(loaded => loaded.method.name === 'big-gan')!.method;
		const before = tf.memory().numTensors;
		const train = (microBatchSize: number, eager: boolean): Map<string, Float32Array> => {
			const settings = smallSettings(20, { microBatchSize });
			const trainer = createTrainer({ method, options: {}, settings, classes: 3, seed: 5, eager });
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
