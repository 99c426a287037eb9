import { bigGanConfig, type Resolution } from '../../methods/networks/big-gan/config.ts';
import { describeDiscriminator } from '../../methods/networks/big-gan/describe-discriminator.ts';
import { describeGenerator } from '../../methods/networks/big-gan/describe-generator.ts';
import type { NetworkDescription } from '../../methods/networks/parameters.ts';
import { resNetV2Config } from '../../methods/networks/resnet-v2/config.ts';
import { describeFeatureExtractor } from '../../methods/networks/resnet-v2/describe.ts';
import { readExtractorTensors } from '../../reference/feature-extractor.ts';
import { readTensors } from '../../reference/tensors.ts';
import type { ExpectedTensor } from './compare-network.ts';

/** A network with what the reference says about it. */
export interface GatedNetwork {
	/** `discriminator-128`, `generator-256`, `feature-extractor-w16`, … */
	readonly name: string;
	/** Trainable elements. */
	readonly total: number;
	/** Table of the paper that prints its tensors; null if none does. */
	readonly table: number | null;
	/** Every tensor in order; undefined where only a total is known. */
	readonly tensors: readonly ExpectedTensor[] | undefined;
	/** Where the numbers come from, for people. */
	readonly source: string;
	/** File that describes the network, relative to the root of the project. */
	readonly file: string;
	/** The network as this project builds it. */
	describe(): NetworkDescription;
}

const networks = {
	discriminator: { describe: describeDiscriminator, table: 10 },
	generator: { describe: describeGenerator, table: 11 },
} as const;

/**
 * Every network of the gate: at 128×128 tensor by tensor (Tables 10 and 11 of arXiv 1903.02271v1), at 256×256
 * and 512×512 the totals that the authors' own test asserts
 * (https://github.com/google/compare_gan/blob/master/compare_gan/architectures/resnet_biggan_test.py), and the
 * feature extractor of §3.1 at the standard width and the paper's, tensor by tensor as Keras has them.
 */
export function gatedNetworks(): readonly GatedNetwork[] {
	return [...([128, 256, 512] as const).flatMap(gansAtResolution), ...featureExtractors()];
}

function gansAtResolution(resolution: Resolution & (128 | 256 | 512)): GatedNetwork[] {
	const reference = readTensors();
	return (['discriminator', 'generator'] as const).map((kind): GatedNetwork => {
		const { describe, table } = networks[kind];
		const printed = resolution === 128 ? reference[kind] : undefined;
		const total =
			printed?.total ?? reference.otherResolutions[resolution === 256 ? '256x256' : '512x512'][kind];
		return {
			name: `${kind}-${resolution}`,
			total,
			table: printed === undefined ? null : table,
			tensors: printed?.tensors.map(({ tfName, shape, size }) => ({
				name: tfName.replace(/:0$/u, ''),
				shape,
				size,
			})),
			source:
				printed === undefined ? 'compare_gan, resnet_biggan_test.py' : `arXiv 1903.02271v1, Table ${table}`,
			file: `methods/networks/big-gan/describe-${kind}.ts`,
			describe: () => describe(bigGanConfig({ resolution })),
		};
	});
}

function featureExtractors(): GatedNetwork[] {
	return readExtractorTensors().networks.map(({ widening, total, tensors }) => ({
		name: `feature-extractor-w${widening}`,
		total,
		table: null,
		tensors,
		source: `Keras, ResNet50V2${widening === 4 ? '' : ` widened ${widening / 4}×`}`,
		file: 'methods/networks/resnet-v2/describe.ts',
		describe: () => describeFeatureExtractor(resNetV2Config({ widening })),
	}));
}
