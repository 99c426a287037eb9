import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { RunFailedError } from '../../../../harness/errors.ts';
import {
	restoreGanState,
	tensorSources,
	type UpdateCounts,
	updateCounts,
} from '../../../../harness/run/checkpoint/gan-checkpoint.ts';
import { writeTensorFile } from '../../../../harness/run/checkpoint/tensor-file.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { createGanState, disposeGanState, type GanState } from '../../../../harness/train/gan-state.ts';
import type { TrainingSettings } from '../../../../harness/train/settings.ts';
import { trainGan } from '../../../../harness/train/train-gan.ts';
import { ganVariables } from '../../../../harness/train/updates.ts';
import { method as bigGan } from '../../../../methods/big-gan/method.ts';
import type { Method } from '../../../../methods/method.ts';
import { method as s3gan } from '../../../../methods/s3gan/method.ts';
import { noiseDataSet, smallSettings } from '../../train/small-training.ts';

const dataSet = noiseDataSet();
const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-gan-checkpoint-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

const method = s3gan as Method;
const options = method.options.parse({});

const values = (state: GanState): Map<string, Float32Array> =>
	new Map([...ganVariables(state)].map(([name, variable]) => [name, variable.dataSync<'float32'>().slice()]));

const trainings: Record<string, [Method, Partial<TrainingSettings>]> = {
	'S3GAN with the paper’s Adam': [s3gan as Method, {}],
	'BigGAN with first moments and micro-batches': [bigGan as Method, { beta1: 0.5, microBatchSize: 4 }],
};

for (const [what, [method, overrides]] of Object.entries(trainings)) {
	test.serial(
		`a training that goes on from a checkpoint equals an unbroken one bit for bit: ${what}`,
		async t => {
			const before = tf.memory().numTensors;
			const steps = 4;
			const request = {
				method,
				options: method.options.parse({}),
				settings: smallSettings(steps, overrides),
				dataSet,
				subset: undefined,
				seed: 5,
				eager: true,
			};
			const file = path.join(folder, `${what}.safetensors`);
			let counts: UpdateCounts | undefined;
			const unbroken = await trainGan({
				...request,
				onStep({ step, readState }) {
					if (step !== 2) return;
					const state = readState();
					writeTensorFile(file, tensorSources(state));
					counts = updateCounts(state);
				},
			});
			t.deepEqual(counts, { generatorUpdates: 2, discriminatorUpdates: 4 });
			const restore = (state: GanState): void => restoreGanState(state, file, counts!);
			const resumed = await trainGan({ ...request, resume: { step: 2, restore } });
			t.deepEqual(values(resumed), values(unbroken));
			t.deepEqual(updateCounts(resumed), updateCounts(unbroken));
			// Without the counts, or from another step, it is not: the test can fail.
			const wrong = await trainGan({
				...request,
				resume: {
					step: 2,
					restore: state => restoreGanState(state, file, { ...counts!, generatorUpdates: 0 }),
				},
			});
			t.notDeepEqual(values(wrong), values(unbroken));
			for (const state of [unbroken, resumed, wrong]) disposeGanState(state);
			t.is(tf.memory().numTensors, before);
		},
	);
}

test.serial('a checkpoint holds every tensor that training changes', t => {
	const state = createGanState(method, options, smallSettings(1, { beta1: 0.5 }), 3, 5);
	t.is(tensorSources(state).length, ganVariables(state).size);
	disposeGanState(state);
});

test.serial('a checkpoint of other networks is refused by the name of the tensor', t => {
	const small = createGanState(method, options, smallSettings(1), 3, 5);
	const large = createGanState(method, options, smallSettings(1, { channels: 8 }), 3, 5);
	const file = path.join(folder, 'other.safetensors');
	writeTensorFile(file, tensorSources(small));
	const counts = updateCounts(small);
	t.throws(() => restoreGanState(large, file, counts), {
		instanceOf: RunFailedError,
		message: /generator\/\S+ \[[\d,]+\] is no tensor of these networks/u,
	});
	writeTensorFile(path.join(folder, 'few.safetensors'), tensorSources(small).slice(1));
	t.throws(() => restoreGanState(small, path.join(folder, 'few.safetensors'), counts), {
		message: /is missing/u,
	});
	disposeGanState(small);
	disposeGanState(large);
});
