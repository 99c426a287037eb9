import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { gatedNetworks } from '../../../harness/verify/gated-networks.ts';
import { formatAnnotations, formatVerification } from '../../../harness/verify/print-verification.ts';
import { selectNetworks, verifyParameters } from '../../../harness/verify/verify-parameters.ts';
import { bigGanConfig } from '../../../methods/networks/big-gan/config.ts';
import { describeGenerator } from '../../../methods/networks/big-gan/describe-generator.ts';
import { type ResNetV2Config, resNetV2Config } from '../../../methods/networks/resnet-v2/config.ts';
import { describeFeatureExtractor } from '../../../methods/networks/resnet-v2/describe.ts';

// Totals: Tables 10 and 11 of arXiv 1903.02271v1; above 128×128 the literals in compare_gan's
// architectures/resnet_biggan_test.py. Feature extractors: Keras, ci/golden/feature-extractor-tensors.py.
test('every network agrees with the published totals', t => {
	const { ok, networks } = verifyParameters(gatedNetworks());
	t.true(ok);
	t.deepEqual(
		networks.map(({ name, expected, actual, tensors }) => [name, expected, actual, tensors]),
		[
			['discriminator-128', 87_982_370, 87_982_370, 42],
			['generator-128', 70_433_988, 70_433_988, 62],
			['discriminator-256', 98_635_298, 98_635_298, 46],
			['generator-256', 82_097_604, 82_097_604, 72],
			['discriminator-512', 98_801_378, 98_801_378, 50],
			['generator-512', 82_468_068, 82_468_068, 82],
			['feature-extractor-w4', 25_557_548, 25_557_548, 155],
			['feature-extractor-w16', 383_573_228, 383_573_228, 155],
		],
	);
});

const generator = gatedNetworks().find(({ name }) => name === 'generator-128')!;

test('a network of another width fails with each of its tensors and the total', t => {
	const wrong = { ...generator, describe: () => describeGenerator(bigGanConfig({ channels: 64 })) };
	const { ok, networks } = verifyParameters([wrong]);
	t.false(ok);
	t.deepEqual(networks[0]?.mismatches[0], {
		name: 'generator/fc_noise/kernel',
		expected: '20×24576 (491,520 elements)',
		actual: '20×16384 (327,680 elements)',
	});
	t.deepEqual(networks[0]?.mismatches.at(-1), {
		name: 'total',
		expected: '70,433,988',
		actual: '31,978,628 (−38,455,360)',
	});
});

test('non-local blocks elsewhere are found although no shape of a known tensor is impossible', t => {
	const wrong = {
		...generator,
		describe: () => describeGenerator(bigGanConfig({ generatorAttention: 'B3' })),
	};
	const names = verifyParameters([wrong]).networks[0]!.mismatches.map(({ name }) => name);
	t.true(names.includes('generator/non_local_block/conv2d_theta/kernel'));
	t.true(names.includes('total'));
});

test('a feature extractor with another unit in a stage, or without a head, fails with its tensors', t => {
	const extractor = gatedNetworks().find(({ name }) => name === 'feature-extractor-w16')!;
	const namesOf = (config: Partial<ResNetV2Config>): string[] => {
		const wrong = { ...extractor, describe: () => describeFeatureExtractor(resNetV2Config(config)) };
		return verifyParameters([wrong]).networks[0]!.mismatches.map(({ name }) => name);
	};
	t.true(namesOf({ unitsPerStage: [3, 4, 7, 3] }).includes('resnet/block3/unit7/a/kernel'));
	t.deepEqual(namesOf({ classes: null }), ['classes/kernel', 'classes/bias', 'total']);
	t.deepEqual(namesOf({ root: 'small' }), ['resnet/root_block/kernel', 'total']);
});

test('where only a total is known, another total fails', t => {
	const large = gatedNetworks().find(({ name }) => name === 'generator-256')!;
	const { ok, networks } = verifyParameters([
		{ ...large, describe: () => describeGenerator(bigGanConfig({ resolution: 256, embeddingSize: 127 })) },
	]);
	t.false(ok);
	t.deepEqual(
		networks[0]?.mismatches.map(({ name }) => name),
		['total'],
	);
});

test('prints every mismatch with its tensor, and escapes it for GitHub', t => {
	const description = generator.describe();
	const wrong = {
		...generator,
		describe: () => ({ ...description, parameters: description.parameters.slice(1) }),
	};
	const text = formatVerification(verifyParameters([wrong]), [wrong]);
	t.regex(text, /✗ {2}generator-128 +61 +70,433,988 +70,305,988 +arXiv 1903\.02271v1, Table 11/u);
	t.regex(text, /generator\/embed_y\/kernel +1000×128 \(128,000 elements\) +missing/u);
	t.regex(text, /✗ not the reference: generator-128\n$/u);
	t.is(
		formatAnnotations(verifyParameters([wrong]), [wrong]).split('\n')[0],
		'::error file=methods/networks/big-gan/describe-generator.ts,title=Parameter count of generator-128::' +
			'generator/embed_y/kernel: expected 1000×128 (128,000 elements), got missing',
	);
});

test('selects by name, and an unknown name is an error with the valid ones', t => {
	const all = gatedNetworks();
	t.is(selectNetworks(all, []).length, 8);
	t.deepEqual(
		selectNetworks(all, ['generator-256', 'discriminator-128']).map(({ name }) => name),
		['discriminator-128', 'generator-256'],
	);
	const error = t.throws(() => selectNetworks(all, ['generator-129']), { instanceOf: UsageError });
	t.is(
		error.message,
		"network 'generator-129': expected one of discriminator-128, generator-128, discriminator-256, generator-256, discriminator-512, generator-512, feature-extractor-w4, feature-extractor-w16",
	);
	t.is(error.fix, 'did you mean generator-128?');
});
