import { readFileSync } from 'node:fs';
import test from 'ava';
import { bigGanConfig } from '../../../../methods/networks/big-gan/config.ts';
import { describeDiscriminator } from '../../../../methods/networks/big-gan/describe-discriminator.ts';
import { describeGenerator } from '../../../../methods/networks/big-gan/describe-generator.ts';
import { countParameters, type NetworkDescription } from '../../../../methods/networks/parameters.ts';

interface TableRow {
	readonly tfName: string;
	readonly shape: readonly number[];
}

const tables = JSON.parse(
	readFileSync(new URL('../../../../reference/s3gan-tensors.json', import.meta.url), 'utf8'),
) as Record<'generator' | 'discriminator', { readonly tensors: readonly TableRow[] }>;

const rowsOf = (network: NetworkDescription): TableRow[] =>
	network.parameters.map(({ name, shape }) => ({ tfName: `${name}:0`, shape }));

const tableRows = (name: 'generator' | 'discriminator'): TableRow[] =>
	tables[name].tensors.map(({ tfName, shape }) => ({ tfName, shape }));

test('the generator at 128×128 has the tensors of Table 11, row by row', t => {
	t.deepEqual(rowsOf(describeGenerator(bigGanConfig())), tableRows('generator'));
});

test('the discriminator at 128×128 has the tensors of Table 10, row by row', t => {
	t.deepEqual(rowsOf(describeDiscriminator(bigGanConfig())), tableRows('discriminator'));
});

const hasTotals = test.macro({
	exec: (t, resolution: 128 | 256 | 512, discriminator: number, generator: number) => {
		const config = bigGanConfig({ resolution });
		t.is(countParameters(describeDiscriminator(config)), discriminator);
		t.is(countParameters(describeGenerator(config)), generator);
	},
	title: (_, resolution) =>
		`both networks have the published number of parameters at ${resolution}×${resolution}`,
});
test(hasTotals, 128, 87_982_370, 70_433_988);
test(hasTotals, 256, 98_635_298, 82_097_604);
test(hasTotals, 512, 98_801_378, 82_468_068);

test('heads come last and add 6,148 and 1,537,000 parameters', t => {
	const plain = describeDiscriminator(bigGanConfig());
	const headed = describeDiscriminator(bigGanConfig({ rotationHead: true, classHead: true }));
	t.deepEqual(headed.parameters.slice(0, plain.parameters.length), plain.parameters);
	t.is(countParameters(headed) - countParameters(plain), 6_148 + 1_537_000);
	t.deepEqual(
		headed.parameters.slice(plain.parameters.length).map(({ name }) => name),
		[
			'discriminator_rotation/score_classify/kernel',
			'discriminator_rotation/score_classify/bias',
			'discriminator_predictor/predictor_linear/kernel',
			'discriminator_predictor/predictor_linear/bias',
		],
	);
});

test('without projection only the projection kernel is missing', t => {
	const { parameters } = describeDiscriminator(bigGanConfig({ projection: false }));
	t.deepEqual(parameters, describeDiscriminator(bigGanConfig()).parameters.slice(0, -1));
});

test('the 32×32 generator has no attention, its discriminator has shortcuts only in B1', t => {
	const config = bigGanConfig({ resolution: 32 });
	t.false(describeGenerator(config).parameters.some(({ name }) => name.includes('non_local_block')));
	const shortcuts = describeDiscriminator(config).parameters.filter(({ name }) =>
		name.endsWith('shortcut/kernel'),
	);
	t.deepEqual(
		shortcuts.map(({ name }) => name),
		['discriminator/B1/down_conv_shortcut/kernel'],
	);
});

test('kernels are spectrally normalised, except the class embedding; biases and gates are not', t => {
	const config = bigGanConfig({ rotationHead: true, classHead: true });
	const parameters = [...describeGenerator(config).parameters, ...describeDiscriminator(config).parameters];
	for (const { name, spectralNorm } of parameters) {
		t.is(spectralNorm, name.endsWith('/kernel') && name !== 'generator/embed_y/kernel', name);
	}
});

test('the projection starts glorot-normal whatever the other kernels do', t => {
	for (const initializer of ['orthogonal', 'normal'] as const) {
		const { parameters } = describeDiscriminator(bigGanConfig({ initializer }));
		t.is(parameters.at(-1)!.initializer, 'glorot-normal');
		t.is(parameters[0].initializer, initializer);
	}
});
