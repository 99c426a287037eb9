import { readFileSync } from 'node:fs';
import test from 'ava';
import type { MeasuredMemory } from '../../../../ci/bench/plan/memory-worker.ts';
import { UsageError } from '../../../../harness/errors.ts';
import { possibleMicroBatches } from '../../../../harness/run/possible-options.ts';
import { largestMicroBatch, predictMemory } from '../../../../harness/suite/cost/memory.ts';
import { trainingShape } from '../../../../harness/suite/cost/step-work.ts';
import { findProfile } from '../../../../harness/suite/profiles.ts';
import { describeDiscriminator } from '../../../../methods/networks/big-gan/describe-discriminator.ts';
import { describeGenerator } from '../../../../methods/networks/big-gan/describe-generator.ts';
import { countParameters } from '../../../../methods/networks/parameters.ts';
import { loadMethod, parseMethodOptions } from '../../../../methods/registry.ts';

// What ci/bench/plan/memory.ts measured: resident memory of real trainings, on Linux x86-64.
const measured = JSON.parse(
	readFileSync(new URL('../../../fixtures/suite/memory.json', import.meta.url), 'utf8'),
) as readonly MeasuredMemory[];

async function shapeOf(each: MeasuredMemory) {
	const { method } = await loadMethod(each.method);
	const settings = { ...findProfile('smoke').settings(1), ...each };
	return trainingShape(method, parseMethodOptions(method, {}), settings, each.classes);
}

for (const each of measured) {
	const { method, resolution, channels, batchSize, microBatchSize = batchSize, trainingBytes } = each;
	test(`predicts ${method} at ${resolution}×${resolution}, ch ${channels}, ${microBatchSize} of ${batchSize} images within 12 %`, async t => {
		const { base, state, recording, training } = predictMemory(await shapeOf(each));
		const error = (base + state + Math.max(recording, training)) / trainingBytes - 1;
		t.true(Math.abs(error) < 0.12, `${(100 * error).toFixed(1)} %`);
	});
	const { samplingBytes } = each;
	if (samplingBytes === null) continue;
	test(`predicts the measuring of ${method} at ${resolution}×${resolution}, ch ${channels} within 10 %`, async t => {
		const { base, state, sampling, peak } = predictMemory(await shapeOf(each));
		const error = (base + state + sampling) / samplingBytes - 1;
		t.true(Math.abs(error) < 0.1, `${(100 * error).toFixed(1)} %`);
		t.is(peak, base + state + sampling, 'more than so small a batch takes to train');
	});
}

test('what measuring takes does not depend on the micro-batch, from a hundred images on on their number', async t => {
	const shape = await shapeOf(measured[0]!);
	const sampling = (settings: Partial<typeof shape.settings>): number =>
		predictMemory({ ...shape, settings: { ...shape.settings, ...settings } }).sampling;
	t.is(sampling({ microBatchSize: 4 }), sampling({}));
	t.is(sampling({ evaluationBatchSize: 32 }), sampling({ evaluationBatchSize: 100 }), 'the sheet of samples');
	t.true(sampling({ evaluationBatchSize: 200 }) > 1.5 * sampling({}));
});

test('the state is weights, second moments, the average, and sums of gradients with micro-batches', async t => {
	const shape = await shapeOf(measured[0]!);
	const g = countParameters(describeGenerator(shape.config));
	const d = countParameters(describeDiscriminator(shape.config));
	t.is(predictMemory(shape).state, 4 * (3 * g + 2 * d));
	const moments = { ...shape, settings: { ...shape.settings, beta1: 0.5 } };
	t.is(predictMemory(moments).state, 4 * (4 * g + 3 * d));
	const divided = { ...shape, settings: { ...shape.settings, microBatchSize: 4 } };
	t.is(predictMemory(divided).state, 4 * (4 * g + 3 * d));
});

test('the largest micro-batch is the largest of those that can be trained with and fit', async t => {
	const { method } = await loadMethod('big-gan');
	const settings = { ...findProfile('smoke').settings(1), batchSize: 480 };
	const shape = (microBatchSize: number) => trainingShape(method, {}, { ...settings, microBatchSize }, 10);
	const sizes = possibleMicroBatches(method, {}, settings);
	const limit = predictMemory(shape(170)).peak;
	const { images, peak } = largestMicroBatch(shape, sizes, limit);
	t.is(images, 160);
	t.true(peak <= limit);
	t.true(predictMemory(shape(240)).peak > limit);
	t.is(largestMicroBatch(shape, sizes, 1e6).images, null);
	t.is(largestMicroBatch(shape, sizes, 1e15).images, 480);
	t.is(largestMicroBatch(shape, [96, 120], limit).images, 120);
});

test('micro-batches that a loss would refuse are not suggested', async t => {
	const { method } = await loadMethod('s3gan');
	const options = parseMethodOptions(method, { rotatedBatchFraction: 64 });
	const settings = { ...findProfile('smoke').settings(1), batchSize: 1024 };
	const shape = (microBatchSize: number) =>
		trainingShape(method, options, { ...settings, microBatchSize }, 10);
	const sizes = possibleMicroBatches(method, options, settings);
	t.deepEqual(sizes, [256, 512, 1024]);
	const { peak } = predictMemory(shape(256));
	t.deepEqual(largestMicroBatch(shape, sizes, peak), { images: 256, peak });
	t.deepEqual(largestMicroBatch(shape, sizes, peak - 1), { images: null, peak });
	t.throws(() => shape(128), { instanceOf: UsageError });
});
