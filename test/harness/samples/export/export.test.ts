import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { openStoredArrays } from '../../../../harness/metrics/sources/stored-array.ts';
import { exportSavedModel } from '../../../../harness/samples/export/export-saved-model.ts';
import { exportedTensors, exportWeights } from '../../../../harness/samples/export/export-weights.ts';
import { sampleInputs } from '../../../../harness/samples/sample-inputs.ts';
import { standingFileName } from '../../../../harness/samples/standing-file.ts';
import { openStoredGenerator } from '../../../../harness/samples/stored-generator.ts';
import { openStoredRun } from '../../../../harness/samples/stored-run.ts';
import { readSafetensors } from '../../../../harness/tensor/safetensors.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { oneHotRows } from '../../../../harness/train/fake-inputs.ts';
import { createGeneratorSampler } from '../../../../harness/train/generator-sampler.ts';
import { temporaryFolder } from '../../data/temporary-folder.ts';
import { makeRun } from '../make-run.ts';

test.serial('a SavedModel gives the images of the run, also where statistics are gathered again', async t => {
	const folder = temporaryFolder(t);
	await makeRun(folder);
	const before = tf.memory().numTensors;
	for (const raw of [false, true]) {
		const run = await openStoredRun(folder);
		const { settings, seed, config } = run;
		const generator = openStoredGenerator(run, raw);
		const sampler = await createGeneratorSampler(generator.state, settings, seed);
		const { latents, labels } = sampleInputs({ run, count: 5, seed: 2 });
		const z = tf.tensor2d(latents, [5, config.latentSize]);
		const rows = oneHotRows(labels!, config.classes);
		const expected = sampler.images(z, rows);
		sampler.dispose();

		const target = path.join(folder, `model-${raw}`);
		const { bytes } = await exportSavedModel(run, generator, target);
		t.is(bytes, readFileSync(path.join(target, 'saved_model.pb')).length);
		const model = await tf.node.loadSavedModel(target);
		const y = tf.tensor1d(labels!, 'int32');
		const { images } = model.predict({ latents: z as Tensor, labels: y as Tensor }) as { images: Tensor };
		t.deepEqual(images.shape, [5, 32, 32, 3]);
		const difference = tf.tidy(() => tf.max(tf.abs(tf.sub(images, expected))).dataSync()[0]!);
		t.true(difference < 1e-5, `${difference}`);
		const spread = tf.tidy(() => tf.moments(images).variance.dataSync()[0]!);
		t.true(spread > 1e-4, 'the images are not all grey');
		model.dispose();
		tf.dispose([z, rows, expected, y, images]);
		await t.throwsAsync(exportSavedModel(run, generator, target), {
			instanceOf: UsageError,
			message: /is not empty$/u,
		});
		generator.dispose();
		const description = JSON.parse(readFileSync(path.join(target, 'generator.json'), 'utf8'));
		t.is(description.weights, raw ? 'last step' : 'moving average');
		t.is(description.inputs.latents, 'float32 [n, 128], N(0, I)');
		rmSync(path.join(folder, standingFileName), { force: true });
	}
	t.is(tf.memory().numTensors, before);
});

test.serial('weights are written under the paper’s names, by part, averaged if wanted', async t => {
	const folder = temporaryFolder(t);
	await makeRun(folder);
	const run = await openStoredRun(folder);
	const { tensors } = run.weights;
	const kernel = 'generator/B1/up_conv1/kernel';
	const averaged = exportedTensors(run, 'generator', true);
	t.deepEqual(averaged.get(kernel), tensors.get(`${kernel}/ExponentialMovingAverage`));
	t.deepEqual(averaged.get(`${kernel}/u_var`), tensors.get(`${kernel}/u_var`));
	t.false([...averaged.keys()].some(name => name.startsWith('discriminator') || name.includes('Average')));
	const discriminator = exportedTensors(run, 'discriminator', false);
	t.false([...discriminator.keys()].some(name => name.startsWith('generator/')));
	t.is(exportedTensors(run, 'all', false).size, tensors.size);
	t.is(averaged.size + discriminator.size, exportedTensors(run, 'all', true).size);
	t.throws(() => exportedTensors(run, 'discriminator', true), { instanceOf: UsageError });

	const common = { part: 'generator', average: true } as const;
	const safe = path.join(folder, 'out.safetensors');
	const made = exportWeights(run, { ...common, file: safe, format: 'safetensors' });
	const stored = readSafetensors(safe);
	t.deepEqual([...stored.tensors], [...averaged]);
	t.like(stored.metadata, { method: 's3gan', step: '1', parameters: 'moving average' });
	t.is(made.tensors, averaged.size);

	const npz = path.join(folder, 'out.npz');
	exportWeights(run, { ...common, file: npz, format: 'npz' });
	const archive = await openStoredArrays(npz, folder);
	const found = archive.arrays.find(({ name }) => name === kernel)!;
	t.deepEqual(found.shape, averaged.get(kernel)!.shape);
	const bytes = found.readRows(0, found.shape[0]!);
	const { values } = averaged.get(kernel)!;
	t.deepEqual(new Uint8Array(bytes), new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
	t.is(archive.arrays.length, averaged.size);
	archive.close();
	t.false(readdirSync(folder).some(name => name.endsWith('.tmp')));
});
