import test from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { type BigGanConfig, bigGanConfig, resolutions } from '../../../../methods/networks/big-gan/config.ts';

test('defaults are the paper at 128×128', t => {
	const config = bigGanConfig();
	t.like(config, { resolution: 128, channels: 96, latentSize: 120, classes: 1000, embeddingSize: 128 });
	t.like(config, { generatorAttention: 'B4', discriminatorAttention: 'B1' });
});

test('every resolution has a valid default configuration', t => {
	t.deepEqual(
		resolutions.map(resolution => {
			const config = bigGanConfig({ resolution });
			return [config.latentSize, config.generatorAttention, config.discriminatorAttention];
		}),
		[
			[128, null, 'B1'],
			[120, 'B4', 'B1'],
			[120, 'B4', 'B1'],
			[140, 'B5', 'B2'],
			[160, 'B4', 'B3'],
		],
	);
});

test('an undefined override keeps the default, null turns attention off', t => {
	t.is(bigGanConfig({ latentSize: undefined }).latentSize, 120);
	t.is(bigGanConfig({ generatorAttention: null }).generatorAttention, null);
});

const refuses = test.macro({
	exec: (t, overrides: object, message: string) => {
		const error = t.throws(() => bigGanConfig(overrides as Partial<BigGanConfig>), {
			instanceOf: UsageError,
		});
		t.is(error.message, message);
	},
	title: (_, overrides) => `refuses ${JSON.stringify(overrides)}`,
});
test(refuses, { resolution: 100 }, 'BigGAN resolution: expected one of 32, 64, 128, 256, 512, got 100');
test(refuses, { channels: 0 }, 'BigGAN channels: expected a positive integer, got 0');
test(refuses, { channels: 1.5 }, 'BigGAN channels: expected a positive integer, got 1.5');
test(
	refuses,
	{ latentSize: 128 },
	'BigGAN latentSize: expected a multiple of 6 (generator blocks + 1) at 128×128, got 128',
);
test(refuses, { gammaOffset: 2 }, 'BigGAN gammaOffset: expected one of 0, 1, got 2');
test(
	refuses,
	{ resolution: 32, generatorAttention: 'B4' },
	'BigGAN generatorAttention: expected one of null, B1, B2, B3, got B4',
);
test(
	refuses,
	{ channels: 4 },
	'BigGAN discriminatorAttention: expected a block with at least 8 output channels, got B1 with 4',
);
test(refuses, { batchNormEpsilon: 0 }, 'BigGAN batchNormEpsilon: expected a number in (0, 1), got 0');

test('a wrong latent size comes with the nearest right ones', t => {
	const error = t.throws(() => bigGanConfig({ latentSize: 128 }), { instanceOf: UsageError });
	t.is(error.fix, 'use 126 or 132');
});
