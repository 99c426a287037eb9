import test from 'ava';
import { findProfile } from '../../../harness/suite/profiles.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { createGanState, disposeGanState } from '../../../harness/train/gan-state.ts';
import { createGeneratorSampler, type GeneratorSampler } from '../../../harness/train/generator-sampler.ts';
import { loadMethod, parseMethodOptions } from '../../../methods/registry.ts';

const settings = {
	...findProfile('smoke').settings(1),
	standingBatches: 3,
	evaluationBatchSize: 4,
	fakesPerSet: 6,
};

function firstSet(sampler: GeneratorSampler): number[] {
	return [...sampler.fakeSet(0)].flatMap(batch => {
		const values = [...batch.dataSync()];
		batch.dispose();
		return values;
	});
}

test.serial('gathered statistics give the same images bit for bit, without gathering', async t => {
	const { method } = await loadMethod('s3gan');
	const state = createGanState(method, parseMethodOptions(method, {}), settings, 10, 4);
	const before = tf.memory().numTensors;
	const sampler = await createGeneratorSampler(state, settings, 4);
	const gathered = sampler.gathered();
	const expected = firstSet(sampler);
	sampler.dispose();
	t.is(tf.memory().numTensors, before);
	t.is(gathered.get('generator/final_norm/batches')!.values[0], 3);

	for (const eager of [false, true]) {
		const again = await createGeneratorSampler(
			state,
			{ ...settings, standingBatches: 0 },
			4,
			null,
			eager,
			gathered,
		);
		t.deepEqual(firstSet(again), expected, eager ? 'eager' : 'compiled');
		again.dispose();
	}
	t.is(tf.memory().numTensors, before);

	const incomplete = new Map([...gathered].slice(1));
	await t.throwsAsync(createGeneratorSampler(state, settings, 4, null, false, incomplete), {
		instanceOf: RangeError,
	});
	t.is(tf.memory().numTensors, before, 'nothing is left of a refused one');
	disposeGanState(state);
});

test.serial('an abort while statistics are gathered ends it within a batch and frees everything', async t => {
	const { method } = await loadMethod('s3gan');
	const state = createGanState(method, parseMethodOptions(method, {}), settings, 10, 4);
	const before = tf.memory().numTensors;
	for (const eager of [true, false]) {
		const abort = new AbortController();
		const done: number[] = [];
		// Like a signal: it comes from the event loop, not from the loop over the batches.
		const timer = setInterval(() => done.length >= 2 && abort.abort(new Error('enough')), 0);
		const gathering = createGeneratorSampler(
			state,
			{ ...settings, standingBatches: 1000 },
			4,
			null,
			eager,
			null,
			{
				signal: abort.signal,
				onBatch: (batch, total) => done.push(batch) && t.is(total, 1000),
			},
		);
		await t.throwsAsync(gathering, { message: 'enough' });
		clearInterval(timer);
		t.deepEqual(done.slice(0, 2), [1, 2]);
		t.true(done.length <= 3, `${done.length} batches`);
		t.is(tf.memory().numTensors, before);
	}
	disposeGanState(state);
});

test.serial('images of given latents depend on their labels', async t => {
	const { method } = await loadMethod('s3gan');
	const state = createGanState(method, parseMethodOptions(method, {}), settings, 10, 4);
	const sampler = await createGeneratorSampler(state, settings, 4, null, true);
	const latents = tf.ones([2, 128]) as ReturnType<typeof tf.tensor2d>;
	const labels = tf.tensor2d([1, ...Array(9).fill(0), ...Array(9).fill(0), 1], [2, 10]);
	const images = sampler.images(latents, labels);
	t.deepEqual(images.shape, [2, 32, 32, 3]);
	const [first, second] = tf.split(images, 2).map(part => [...part.dataSync()]);
	t.notDeepEqual(first, second, 'labels count');
	t.true(first.every(value => value >= 0 && value <= 1));
	sampler.dispose();
	disposeGanState(state);
});
