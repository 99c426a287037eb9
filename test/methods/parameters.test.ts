import test from 'ava';
import { type Resolution, resolutions } from '../../methods/networks/big-gan/config.ts';
import { describeDiscriminator } from '../../methods/networks/big-gan/describe-discriminator.ts';
import { describeGenerator } from '../../methods/networks/big-gan/describe-generator.ts';
import { countParameters } from '../../methods/networks/parameters.ts';
import { loadBuiltInMethods, parseMethodOptions } from '../../methods/registry.ts';

interface Sizes {
	readonly discriminator: number;
	readonly generator: number;
}

// With 96 channels and 1000 classes, without heads: at 128×128 the totals of the paper's Tables 10 and 11, the others
// and the width of the features by ci/golden/networks-parameter-counts.py.
const published: Readonly<Record<Resolution, Sizes & { readonly features: number }>> = {
	32: { discriminator: 2_568_194, generator: 9_487_619, features: 192 },
	64: { discriminator: 87_752_258, generator: 70_239_108, features: 1536 },
	128: { discriminator: 87_982_370, generator: 70_433_988, features: 1536 },
	256: { discriminator: 98_635_298, generator: 82_097_604, features: 1536 },
	512: { discriminator: 98_801_378, generator: 82_468_068, features: 1536 },
};

function expectedSizes(resolution: Resolution): Readonly<Record<string, Sizes>> {
	const { discriminator, generator, features } = published[resolution];
	// By hand: features × outputs, and biases.
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
	const plus = (sizes: Sizes, ...heads: number[]): Sizes => ({
		...sizes,
		discriminator: heads.reduce((sum, head) => sum + head, sizes.discriminator),
	});
	return {
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
}

for (const resolution of resolutions) {
	test(`the networks of every method at ${resolution}×${resolution} have the parameters of the tables, heads and classes`, async t => {
		const methods = (await loadBuiltInMethods()).map(({ method }) => method);
		const expected = expectedSizes(resolution);
		t.deepEqual(methods.map(({ name }) => name).sort(), Object.keys(expected).sort());
		for (const method of methods) {
			const options = parseMethodOptions(method, {});
			// The trainer sizes the networks by the labels: clusters, where those are the labels.
			const classes = method.labelling === 'clusters' ? Number(options.clusters) : 1000;
			const config = method.networks({ resolution, channels: 96, classes }, options);
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
}
