import { readFileSync } from 'node:fs';
import test from 'ava';
import type { MeasuredMemory } from '../../../../ci/bench/plan/memory-worker.ts';
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

async function shapeOf(each: Omit<MeasuredMemory, 'steps' | 'secondsOfSteps'>) {
	const { method } = await loadMethod(each.method);
	const settings = { ...findProfile('smoke').settings(1), ...each };
	return trainingShape(method, parseMethodOptions(method, {}), settings, each.classes);
}

for (const each of measured) {
	const { method, resolution, channels, batchSize, microBatchSize = batchSize, trainingBytes } = each;
	test(`predicts ${method} at ${resolution}×${resolution}, ch ${channels}, ${microBatchSize} of ${batchSize} images within 12 %`, async t => {
		const { peak } = predictMemory(await shapeOf(each));
		const error = peak / trainingBytes - 1;
		t.true(Math.abs(error) < 0.12, `${(100 * error).toFixed(1)} %`);
	});
}

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

test('the largest micro-batch is the largest divisor that fits', async t => {
	const { method } = await loadMethod('big-gan');
	const settings = { ...findProfile('smoke').settings(1), batchSize: 48 };
	const shape = (microBatchSize: number) => trainingShape(method, {}, { ...settings, microBatchSize }, 10);
	const limit = predictMemory(shape(17)).peak;
	const { images, peak } = largestMicroBatch(shape, limit);
	t.is(images, 16);
	t.true(peak <= limit);
	t.true(predictMemory(shape(24)).peak > limit);
	t.is(largestMicroBatch(shape, 1e6).images, null);
	t.is(largestMicroBatch(shape, 1e15).images, 48);
});
