import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { openRunPictures } from '../../../../harness/metrics/sources/run-pictures.ts';
import { saveWeights } from '../../../../harness/run/weights.ts';
import { findProfile } from '../../../../harness/suite/profiles.ts';
import { writeSafetensors } from '../../../../harness/tensor/safetensors.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { createGanState, disposeGanState } from '../../../../harness/train/gan-state.ts';
import { createGeneratorSampler } from '../../../../harness/train/generator-sampler.ts';
import { loadMethod, parseMethodOptions } from '../../../../methods/registry.ts';
import { temporaryFolder } from '../../data/temporary-folder.ts';

const settings = {
	...findProfile('smoke').settings(1),
	standingBatches: 2,
	evaluationBatchSize: 6,
	fakesPerSet: 10,
};

async function makeRun(t: ExecutionContext, changes: Record<string, unknown> = {}) {
	const { method } = await loadMethod('s3gan');
	const options = parseMethodOptions(method, {});
	const state = createGanState(method, options, settings, 10, 4);
	const folder = temporaryFolder(t);
	const identity = { method: 's3gan', options, seed: 4, settings, ...changes };
	writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify({ identity }));
	saveWeights(path.join(folder, 'weights.safetensors'), state);
	writeFileSync(path.join(folder, 'result.json'), '{}');
	return { folder, state };
}

const pixelsOf = async (source: Awaited<ReturnType<typeof openRunPictures>>): Promise<number[]> => {
	await source.prepare?.();
	return [...source.stacks({ jpegDecoding: 'integer-fast', batchSize: 64 })].flatMap(({ pixels }) => [
		...pixels,
	]);
};

test.serial('a run gives the fakes of its own sampler, as floats, the same each time', async t => {
	const { folder, state } = await makeRun(t);
	const sampler = await createGeneratorSampler(state, settings, 4);
	sampler.classGrid(10, 10).dispose();
	const expected = [...sampler.fakeSet(0)].flatMap(batch => {
		const values = [...batch.dataSync()].map(value => value * 255);
		batch.dispose();
		return values;
	});
	sampler.dispose();
	disposeGanState(state);
	const before = tf.memory().numTensors;
	const source = await openRunPictures(folder);
	t.is(source.count, 10);
	t.deepEqual(source.seeds, { run: 4, fakeSet: 0 });
	const pixels = await pixelsOf(source);
	t.is(pixels.length, expected.length);
	for (const [index, value] of expected.entries()) t.true(Math.abs(pixels[index] - value) < 1e-3);
	t.deepEqual(await pixelsOf(source), pixels);
	const digest = await source.digest(() => {});
	source.close();
	t.is(tf.memory().numTensors, before);

	const other = await makeRun(t, { seed: 5 });
	disposeGanState(other.state);
	const otherSource = await openRunPictures(other.folder);
	t.not(await otherSource.digest(() => {}), digest);
	otherSource.close();
});

test.serial('a diverged generator, foreign weights and a missing manifest are refused', async t => {
	const { folder, state } = await makeRun(t);
	for (const variable of state.average.parameters.values())
		variable.assign(tf.fill(variable.shape, Number.NaN));
	saveWeights(path.join(folder, 'weights.safetensors'), state);
	disposeGanState(state);
	const source = await openRunPictures(folder);
	const prefix = `${folder}: not a run that can be sampled: `;
	const diverged = await t.throwsAsync(pixelsOf(source), { instanceOf: UsageError });
	t.is(diverged.message, `${prefix}its generator gives NaN: the training has diverged`);
	source.close();

	const kernel = { shape: [10, 128], values: new Float32Array(1280) };
	writeSafetensors(path.join(folder, 'weights.safetensors'), {
		tensors: new Map([['generator/embed_y/kernel', kernel]]),
		metadata: {},
	});
	await t.throwsAsync(openRunPictures(folder), {
		instanceOf: UsageError,
		message: /: not a run that can be sampled: generator\/.*: expected shape \[.*\], got none$/u,
	});
	writeSafetensors(path.join(folder, 'weights.safetensors'), { tensors: new Map(), metadata: {} });
	await t.throwsAsync(openRunPictures(folder), {
		message: `${prefix}weights.safetensors has no generator/embed_y/kernel`,
	});
	writeFileSync(path.join(folder, 'manifest.json'), '{}');
	await t.throwsAsync(openRunPictures(folder), {
		message: /not a run that can be sampled: manifest\.json: /u,
	});
});

test.serial('the labels of a run with clusters follow their histogram in the manifest', async t => {
	const { method } = await loadMethod('clustering');
	const perCluster = [1, 0, 3, 0];
	const options = parseMethodOptions(method, { clusters: 4 });
	const state = createGanState(method, options, settings, 4, 4);
	const folder = temporaryFolder(t);
	const identity = { method: 'clustering', options, seed: 4, settings };
	const manifest = path.join(folder, 'manifest.json');
	writeFileSync(manifest, JSON.stringify({ identity, preparedLabels: { perCluster } }));
	saveWeights(path.join(folder, 'weights.safetensors'), state);
	const unfinished = await t.throwsAsync(openRunPictures(folder), { instanceOf: UsageError });
	t.is(unfinished.message, `${folder}: not a run that can be sampled: it is not finished (never started)`);
	writeFileSync(path.join(folder, 'result.json'), '{}');

	const sampler = await createGeneratorSampler(state, settings, 4, [0.25, 0, 0.75, 0]);
	sampler.classGrid(4, 10).dispose();
	const expected = [...sampler.fakeSet(0)].flatMap(batch => {
		const values = [...batch.dataSync()].map(value => value * 255);
		batch.dispose();
		return values;
	});
	sampler.dispose();
	disposeGanState(state);
	const source = await openRunPictures(folder);
	const pixels = await pixelsOf(source);
	source.close();
	for (const [index, value] of expected.entries()) t.true(Math.abs(pixels[index] - value) < 1e-3);

	writeFileSync(manifest, JSON.stringify({ identity }));
	await t.throwsAsync(openRunPictures(folder), {
		instanceOf: UsageError,
		message: `${folder}: not a run that can be sampled: its labels follow the histogram of clustering's clusters, which manifest.json does not hold`,
	});
});
