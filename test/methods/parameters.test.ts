import test from 'ava';
import { describeDiscriminator } from '../../methods/networks/big-gan/describe-discriminator.ts';
import { describeGenerator } from '../../methods/networks/big-gan/describe-generator.ts';
import { countParameters } from '../../methods/networks/parameters.ts';
import { loadBuiltInMethods, parseMethodOptions } from '../../methods/registry.ts';

// Tables 10 and 11 of the paper: S3GAN at 128×128 with 1000 classes, without its heads.
const [discriminator, generator] = [87_982_370, 70_433_988];
// By hand: features × outputs, and biases.
const features = 16 * 96;
const rotationHead = features * 4 + 4;
const classHead = features * 1000 + 1000;
const projectionOf = (classes: number): number => classes * features;
const embeddingOf = (classes: number): number => classes * 128;

const withLabels = { discriminator, generator };
const clustered = {
	discriminator: discriminator - projectionOf(1000) + projectionOf(50),
	generator: generator - embeddingOf(1000) + embeddingOf(50),
};
const single = {
	discriminator: discriminator - projectionOf(1000),
	generator: generator - embeddingOf(1000) + embeddingOf(1),
};
const plus = (sizes: typeof withLabels, ...heads: number[]) => ({
	...sizes,
	discriminator: heads.reduce((sum, head) => sum + head, sizes.discriminator),
});

const expected: Readonly<Record<string, typeof withLabels>> = {
	'big-gan': withLabels,
	'random-label': withLabels,
	s2gan: withLabels,
	's2gan-soft': withLabels,
	s3gan: plus(withLabels, rotationHead),
	's2gan-co': plus(withLabels, classHead),
	's3gan-co': plus(withLabels, classHead, rotationHead),
	clustering: clustered,
	'clustering-ss': plus(clustered, rotationHead),
	'single-label': single,
	'single-label-ss': plus(single, rotationHead),
};

test('the networks of every method at the paper’s size have the parameters of its tables, heads and classes', async t => {
	const methods = (await loadBuiltInMethods()).map(({ method }) => method);
	t.deepEqual(methods.map(({ name }) => name).sort(), Object.keys(expected).sort());
	for (const method of methods) {
		const options = parseMethodOptions(method, {});
		// The trainer sizes the networks by the labels: clusters, where those are the labels.
		const classes = method.labelling === 'clusters' ? Number(options.clusters) : 1000;
		const config = method.networks({ resolution: 128, channels: 96, classes }, options);
		t.deepEqual(
			{
				discriminator: countParameters(describeDiscriminator(config)),
				generator: countParameters(describeGenerator(config)),
			},
			expected[method.name],
			method.name,
		);
	}
});
