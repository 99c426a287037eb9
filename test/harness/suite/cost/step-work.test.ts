import { readFileSync } from 'node:fs';
import test from 'ava';
import { readInceptionLayers } from '../../../../harness/metrics/inception/layers.ts';
import {
	featureNetworkLayers,
	inceptionLayers,
	resNetLayers,
} from '../../../../harness/suite/cost/extractor-layers.ts';
import { backwardOf, forwardOf } from '../../../../harness/suite/cost/layer.ts';
import { trainingShape, workOfStep } from '../../../../harness/suite/cost/step-work.ts';
import { findProfile } from '../../../../harness/suite/profiles.ts';
import { bigGanConfig, type Resolution } from '../../../../methods/networks/big-gan/config.ts';
import { describeDiscriminator } from '../../../../methods/networks/big-gan/describe-discriminator.ts';
import { describeGenerator } from '../../../../methods/networks/big-gan/describe-generator.ts';
import { sizeOfShape } from '../../../../methods/networks/parameters.ts';
import { loadMethod } from '../../../../methods/registry.ts';

// From ci/golden/cost-multiply-adds.py: PyTorch's own counter on networks written apart from these.
const golden = JSON.parse(
	readFileSync(new URL('../../../fixtures/suite/multiply-adds.json', import.meta.url), 'utf8'),
) as {
	gans: Array<
		Record<'resolution' | 'channels' | 'classes' | 'batch', number> &
			Record<'generatorForward' | 'discriminatorUpdate' | 'generatorUpdate', number>
	>;
	pretraining: Array<{
		widening: number;
		unitsPerStage: number[];
		root: 'imagenet' | 'small' | 'small-strided';
		side: number;
		classes: number;
		batch: number;
		forwardAndBackward: number;
	}>;
};

/** Spectral norm, which PyTorch's counter was not shown: two products with a vector, and u vᵀ backwards. */
const spectral = (network: ReturnType<typeof describeGenerator>, perElement: number): number =>
	network.parameters
		.filter(parameter => parameter.spectralNorm)
		.reduce((sum, { shape }) => sum + perElement * sizeOfShape(shape), 0);

for (const expected of golden.gans) {
	const { resolution, channels, classes, batch } = expected;
	test(`counts what PyTorch counts at ${resolution}×${resolution}, ch ${channels}`, async t => {
		const { method } = await loadMethod('big-gan');
		const profile = findProfile('smoke').settings(1);
		const settings = { ...profile, resolution: resolution as Resolution, channels, batchSize: batch };
		const work = workOfStep(trainingShape(method, {}, settings, classes));
		const config = bigGanConfig({ resolution: resolution as Resolution, channels, classes });
		const [generator, discriminator] = [describeGenerator(config), describeDiscriminator(config)];
		t.is(work.generatedImage * batch, expected.generatorForward);
		t.is(
			work.discriminatorUpdate - spectral(generator, 2) - spectral(discriminator, 3),
			expected.discriminatorUpdate,
		);
		t.is(
			work.generatorUpdate - spectral(generator, 3) - spectral(discriminator, 2),
			expected.generatorUpdate,
		);
		t.is(work.step, 2 * work.discriminatorUpdate + work.generatorUpdate);
	});
}

for (const { side, batch, forwardAndBackward, ...config } of golden.pretraining) {
	test(`counts what PyTorch counts for a ResNet with ${config.unitsPerStage} units, width ${config.widening}`, t => {
		const layers = resNetLayers(config, side);
		const backward = backwardOf(layers, { trained: true, towardsData: false });
		t.is(batch * (forwardOf(layers) + backward), forwardAndBackward);
	});
}

test('micro-batches change nothing but the work of spectral norm', async t => {
	const { method } = await loadMethod('big-gan');
	const settings = { ...findProfile('smoke').settings(1), batchSize: 16 };
	const whole = workOfStep(trainingShape(method, {}, settings, 10));
	const divided = workOfStep(trainingShape(method, {}, { ...settings, microBatchSize: 4 }, 10));
	const config = bigGanConfig({ resolution: 32, channels: 8, classes: 10 });
	const norms = spectral(describeGenerator(config), 2) + spectral(describeDiscriminator(config), 3);
	t.is(divided.discriminatorUpdate - whole.discriminatorUpdate, 3 * norms);
});

test('rotated images pass through D as well', async t => {
	const [plain, rotating] = await Promise.all(['s2gan', 's3gan'].map(loadMethod));
	const settings = { ...findProfile('smoke').settings(1), batchSize: 16 };
	const shape = trainingShape(rotating!.method, { rotatedBatchFraction: 2 }, settings, 10);
	t.is(shape.rotatedImages, 2);
	const before = workOfStep(trainingShape(plain!.method, {}, settings, 10));
	const after = workOfStep(shape);
	// 32 and 38 images.
	t.true(after.discriminatorUpdate > before.discriminatorUpdate);
	t.true(after.discriminatorUpdate < (38 / 32) * before.discriminatorUpdate);
});

test('the feature network is counted as by hand, Inception as its reference says', t => {
	// 8×8 pixels, width 2, dimension 4, 3 classes: 3×3 convolutions 3→2 at 8×8, 2→4 at 4×4, 4→4 at 4×4, then 4→3.
	const layers = featureNetworkLayers({ width: 2, dimension: 4 }, 8, 3);
	t.is(forwardOf(layers), 64 * 9 * 6 + 16 * 9 * 8 + 16 * 9 * 16 + 12);
	const inception = forwardOf(inceptionLayers());
	t.is(Number((inception / 1e9).toFixed(2)), Number(readInceptionLayers().totals.gmacPerImage.toFixed(2)));
});
